import { z } from 'zod';

const problemSchema = z.object({
  title: z.string().optional(),
  code: z.string().optional(),
  detail: z.string().optional(),
  requestId: z.string().optional(),
  invalidParams: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

/** An answer of the API that is not a success; `message` is fit to be shown. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  readonly invalidParams: { path: string; message: string }[];

  constructor(status: number, body: unknown) {
    const problem = problemSchema.safeParse(body).data ?? {};
    super(problem.detail ?? problem.title ?? `The server answered with status ${status}.`);
    this.name = 'ApiError';
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.requestId = problem.requestId;
    this.invalidParams = problem.invalidParams ?? [];
  }
}

/** A sentence for anything that a call may throw. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  if (error instanceof z.ZodError)
    return 'The server sent an answer that this page does not understand. Reload the page; if it stays, web and page are of different versions.';
  if (error instanceof TypeError)
    return 'Tailback does not answer. Check the network and whether its web process runs.';
  return error instanceof Error ? error.message : String(error);
}

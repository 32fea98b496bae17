/** Closed set of error codes of the API; each maps to one HTTP status. */
export const ERROR_STATUS = {
  'bad-request': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'already-done': 409,
  conflict: 409,
  'too-large': 413,
  'unsupported-media-type': 415,
  unsupported: 422,
  'too-many-requests': 429,
  internal: 500,
  'source-down': 503,
  'store-down': 503,
  'not-ready': 503,
} as const;
export type ErrorCode = keyof typeof ERROR_STATUS;

export type InvalidParam = { path: string; message: string };

/** An error that a person may see: `detail` says what happened and what to do. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly invalidParams: InvalidParam[] | undefined;

  constructor(code: ErrorCode, detail: string, options: { cause?: unknown; invalidParams?: InvalidParam[] } = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.invalidParams = options.invalidParams;
  }
}

/** Holds for errors of any copy of this module: bundlers load it more than once. */
export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === 'AppError' && 'code' in error;
}

/** The message of anything thrown, for logs and details. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import type { z } from 'zod';
import { AppError, type InvalidParam } from '../../domain/errors';
import { canDo, may, whyNot } from '../../domain/access';
import type { Actor, Caller } from '../../domain/permissions';
import { queueLabel, toQueueKey } from '../../domain/queue-key';
import type { Queue, QueueId } from '../../domain/queue';
import { notFound, toProblem } from '../problem';
import type { ApiContext } from './context';
import { match } from './match';
import { narrowDesks, narrowView } from './narrow';
import type { Route } from './route';

const PREFIX = '/api/v1';
/** Also enforced by the gate, before the body is read. */
const MAX_BODY_BYTES = 1_048_576;

/** Serves one request to the API: finds the route, checks the right, parses, handles, turns errors into problems. */
export async function serveApi(
  routes: readonly Route[],
  context: ApiContext,
  request: Request,
  actor: Actor | null,
): Promise<Response> {
  const url = new URL(request.url);
  try {
    return await answer(routes, context, request, url, actor);
  } catch (error) {
    return toProblem(error, url.pathname, (unexpected, requestId) =>
      context.log.error({ err: unexpected, requestId, path: url.pathname }, 'request failed'),
    );
  }
}

async function answer(
  routes: readonly Route[],
  context: ApiContext,
  request: Request,
  url: URL,
  actor: Actor | null,
): Promise<Response> {
  if (actor === null) throw new AppError('unauthenticated', 'Sign in, or send a token: Authorization: Bearer …');
  if (!url.pathname.startsWith(`${PREFIX}/`)) throw notFound('There is no such address.');
  const found = match(routes, request.method, url.pathname.slice(PREFIX.length));
  if (!found) throw notFound('There is no such address in the API; see /api/v1/openapi.json.');
  const { route, params, queueId } = found;
  const caller: Caller = { ...actor, access: context.accessOf(actor.role) };
  if (route.right !== null && !may(caller.access, route.right))
    throw new AppError('forbidden', whyNot(caller.access, route.right) ?? '');
  const seen: ApiContext = {
    ...context,
    mirror: narrowView(context.mirror, caller.access),
    desks: narrowDesks(context.desks, caller.access),
  };
  // A hidden queue is not found, as one that does not exist: an answer that differs would tell of it.
  const queue = queueId === null ? null : findQueue(seen, queueId);
  if (queue && route.right === 'operate' && !canDo(caller.access, queue.id))
    throw new AppError('forbidden', `Your role is ${actor.role}, which may look at this queue and do nothing to it.`);
  return route.handle({
    params: parse(route.params, params, 'path') as undefined,
    query: parse(route.query, queryOf(url), 'query') as undefined,
    body: (route.body ? parse(route.body, await readJson(request), 'body') : undefined) as undefined,
    queue: queue as Queue,
    actor: caller,
    request,
    context: seen,
  });
}

function findQueue({ mirror }: ApiContext, id: QueueId): Queue {
  const queue = mirror.queue(toQueueKey(id));
  if (queue) return queue;
  if (!mirror.hasState()) throw new AppError('not-ready', mirror.whyNotReady() ?? 'No queue is known yet.');
  throw notFound(`There is no queue ${queueLabel(id)}.`);
}

function queryOf(url: URL): Record<string, string> {
  return Object.fromEntries(url.searchParams);
}

function parse(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const invalidParams: InvalidParam[] = parsed.error.issues.map((issue) => ({
    path: issue.path.map(String).join('.') || where,
    message: issue.message,
  }));
  throw new AppError(
    'bad-request',
    `The ${where} is not as expected: ${invalidParams.map(({ path, message }) => `${path}: ${message}`).join('; ')}`,
    { invalidParams },
  );
}

async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\b/i.test(type))
    throw new AppError('unsupported-media-type', 'Send the body as JSON with Content-Type: application/json.');
  const text = await request.text();
  if (Buffer.byteLength(text) > MAX_BODY_BYTES)
    throw new AppError('too-large', `The body must not be larger than ${MAX_BODY_BYTES} bytes.`);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new AppError('bad-request', `The body is not JSON: ${(error as Error).message}`);
  }
}

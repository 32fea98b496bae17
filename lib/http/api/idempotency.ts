import { createHash } from 'node:crypto';
import type { Redis } from '../../redis/connection';
import { AppError } from '../../domain/errors';
import type { Actor } from '../../domain/permissions';
import { keys } from '../../store/keys';
import { json } from './route';

const KEEP_SECONDS = 86_400;
/** A request that died in the middle frees its key after this time. */
const PENDING_SECONDS = 60;
const PENDING = 'pending';

type Answer = { status: number; body: unknown };

/**
 * Does `work` once per `Idempotency-Key` and person: the same request again gets the first one's answer for 24 h.
 * @throws AppError `conflict` when the key is in use for a request that still runs or was a different one
 */
export async function once(
  store: Redis,
  actor: Actor,
  key: string | null,
  request: unknown,
  work: () => Promise<Answer>,
): Promise<Response> {
  if (key === null || key === '') return toResponse(await work());
  if (key.length > 255)
    throw new AppError('bad-request', 'The Idempotency-Key must not be longer than 255 characters.');
  const digest = createHash('sha256').update(JSON.stringify(request)).digest('base64url');
  const storeKey = keys.idempotency(actor.name, createHash('sha256').update(key).digest('base64url'));
  const isFirst = await ask(() =>
    store.set(storeKey, JSON.stringify({ digest, answer: PENDING }), 'EX', PENDING_SECONDS, 'NX'),
  );
  if (isFirst === null) return replay(await ask(() => store.get(storeKey)), digest);
  try {
    const answer = await work();
    await ask(() => store.set(storeKey, JSON.stringify({ digest, answer }), 'EX', KEEP_SECONDS));
    return toResponse(answer);
  } catch (error) {
    await store.del(storeKey).catch(() => undefined);
    throw error;
  }
}

function replay(text: string | null, digest: string): Response {
  const known = text === null ? null : (JSON.parse(text) as { digest: string; answer: Answer | typeof PENDING });
  if (known === null || known.answer === PENDING)
    throw new AppError('conflict', 'A request with this Idempotency-Key is still being worked on.');
  if (known.digest !== digest) throw new AppError('conflict', 'This Idempotency-Key was used for a different request.');
  return toResponse(known.answer);
}

function toResponse({ status, body }: Answer): Response {
  return json(body, status);
}

async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw new AppError(
      'store-down',
      'The store does not answer, so it cannot be made sure that this request runs only once. Nothing was done.',
      { cause: error },
    );
  }
}

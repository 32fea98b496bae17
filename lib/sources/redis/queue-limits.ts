import type { Redis } from '../../redis/connection';
import { AppError } from '../../domain/errors';
import type { LimitsBody, QueueLimits } from '../../domain/control';
import type { QueueRef } from '../source';
import { results } from './job-sets';
import { baseOf } from './keys';
import type { LibraryQueue } from './libraries';

const BULL_HAS_NONE =
  'Bull keeps no such limit in the queue: it is set where each worker is started (limiter, and the concurrency of process()).';
/** Number of starts that a queue gets which a worker has held back by hand. */
const HELD_BY_HAND = 1_000_000_000_000;

export async function readLimits(redis: Redis, { id, kind, readOnlyReason }: QueueRef): Promise<QueueLimits> {
  const base = baseOf(id);
  const whyNotChange = readOnlyReason ?? (kind === 'bull' ? BULL_HAS_NONE : null);
  const [meta, starts, ttl] = await results(
    redis
      .pipeline()
      .hmget(`${base}:meta`, 'concurrency', 'max', 'duration')
      .get(`${base}:limiter`)
      .pttl(`${base}:limiter`),
  );
  const [concurrency, max, duration] = (kind === 'bull' ? [] : (meta as (string | null)[])).map(toCount);
  const rateLimit = max && duration ? { max, durationMs: duration } : null;
  const started = toCount(starts as string | null);
  const isRunning = started !== null && Number(ttl) > 0;
  return {
    concurrency: concurrency ?? null,
    rateLimit,
    limiter: isRunning
      ? {
          started: started >= HELD_BY_HAND ? null : started,
          resetsInMs: Number(ttl),
          isHolding: started >= HELD_BY_HAND || (rateLimit !== null && started >= rateLimit.max),
        }
      : null,
    whyNotChange,
  };
}

/** @throws AppError `unsupported` for Bull */
export async function writeLimits(library: LibraryQueue, { concurrency, rateLimit }: LimitsBody): Promise<void> {
  if (library.library === 'bull') throw new AppError('unsupported', BULL_HAS_NONE);
  const { queue } = library;
  if (concurrency === null) await queue.removeGlobalConcurrency();
  else if (concurrency !== undefined) await queue.setGlobalConcurrency(concurrency);
  if (rateLimit === null) await queue.removeGlobalRateLimit();
  else if (rateLimit !== undefined) await queue.setGlobalRateLimit(rateLimit.max, rateLimit.durationMs);
}

/** @throws AppError `unsupported` for Bull */
export async function endRateLimit(library: LibraryQueue): Promise<void> {
  if (library.library === 'bull') throw new AppError('unsupported', BULL_HAS_NONE);
  await library.queue.removeRateLimitKey();
}

function toCount(value: string | null): number | null {
  const number = Number(value ?? NaN);
  return Number.isFinite(number) ? number : null;
}

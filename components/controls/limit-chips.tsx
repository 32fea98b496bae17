'use client';
import type { Queue } from '@/lib/domain/queue';
import { formatDuration } from '../format/duration';
import { formatCount } from '../format/number';
import { Chip } from '../ui/chip';
import { useLimits } from './use-limits';

/** A queue's limits beside its name, as far as there are any; and whether one of them holds it back now. */
export function LimitChips({ queue }: { queue: Queue }) {
  const { data } = useLimits(queue.key);
  if (!data) return null;
  const { concurrency, rateLimit, limiter } = data;
  return (
    <>
      {concurrency !== null && (
        <span title="Jobs that all workers together may run at once">
          <Chip>at most {formatCount(concurrency)} at once</Chip>
        </span>
      )}
      {rateLimit && (
        <span title="Starts that all workers together are allowed">
          <Chip>
            {formatCount(rateLimit.max)} per {formatDuration(rateLimit.durationMs)}
          </Chip>
        </span>
      )}
      {limiter?.isHolding && (
        <span title="The rate limit is used up: no job starts before this time is over">
          <Chip tone="warn">held back for {formatDuration(limiter.resetsInMs)}</Chip>
        </span>
      )}
    </>
  );
}

'use client';
import type { Queue } from '@/lib/domain/queue';
import type { QueueMemory } from '@/lib/domain/queue-memory';
import { formatDuration } from '../format/duration';
import { formatBytes, formatCompact } from '../format/number';
import { useLive } from '../live/live-provider';

const MOST_STATES = 6;

/** What the queue holds in its broker by state, how that grows, and when the broker is full of it. */
export function MemoryRows({ queue, memory }: { queue: Queue; memory: QueueMemory }) {
  const broker = useLive((state) => state.brokers?.brokers.find(({ source }) => source === queue.id.source));
  const { states, bytes, growthPerHour } = memory;
  const used = broker?.usedMemoryBytes ?? null;
  const limit = broker?.maxMemoryBytes ?? null;
  const fullIn =
    growthPerHour !== null && growthPerHour > 0 && used !== null && limit !== null && limit > 0
      ? (Math.max(0, limit - used) / growthPerHour) * 3_600_000
      : null;
  return (
    <div className="border-t border-line px-3 py-2 text-xs md:px-4">
      <p className="text-ink-2">
        <span title="By looking at a few jobs of each state: an estimate">
          Holds about <b className="font-semibold text-ink">{formatBytes(bytes)}</b> in Redis
        </span>
        {growthPerHour === null
          ? '; how it grows is told after five minutes'
          : growthPerHour > 0
            ? `, ${formatBytes(growthPerHour)} more an hour`
            : growthPerHour < 0
              ? `, ${formatBytes(-growthPerHour)} less an hour`
              : ', and does not grow'}
        {fullIn !== null && <>; at this growth Redis is full in {formatDuration(fullIn)}</>}
        {limit === 0 && growthPerHour !== null && growthPerHour > 0 && '; Redis has no limit of memory'}.
      </p>
      {states.length > 0 && (
        <ul aria-label="Memory by state" className="mt-1 flex flex-wrap gap-x-4 gap-y-0.5 text-ink-3">
          {states.slice(0, MOST_STATES).map(({ state, bytes: held, jobs, bytesPerJob }) => (
            <li key={state}>
              {state} <span className="text-ink-2">{formatBytes(held)}</span> ({formatCompact(jobs)}
              {bytesPerJob === null ? '' : ` of ${formatBytes(bytesPerJob)}`})
            </li>
          ))}
          {memory.eventBytes > 0 && (
            <li>
              event stream <span className="text-ink-2">{formatBytes(memory.eventBytes)}</span>
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

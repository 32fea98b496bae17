'use client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { capabilitiesOf } from '@/lib/domain/capabilities';
import { COUNT_KEYS, JOB_STATES, type JobState, type Queue } from '@/lib/domain/queue';
import { exactDuration, formatDuration } from '../format/duration';
import { jobsHref } from '../format/hrefs';
import { formatCount } from '../format/number';
import { useNow } from '../live/use-now';
import { cn } from '../ui/cn';
import { waitOf } from './wait-of';

/** Colour of a state, in charts and beside its name. */
export function stateColor(state: JobState): string {
  return `var(--s-${state})`;
}

/** What RabbitMQ calls the states. */
const MESSAGE_STATES: Partial<Record<JobState, string>> = { waiting: 'ready', active: 'unacknowledged' };

/** Every state with its count, which leads to its jobs; then oldest, workers and the last minute. */
export function StateStrip({ queue, isStale }: { queue: Queue; isStale: boolean }) {
  const { counts, lastMinute } = queue;
  const states = JOB_STATES.filter((state) => counts[COUNT_KEYS[state]] !== null);
  const { holds, hasDurations, counters } = capabilitiesOf(queue.kind);
  const hasMessages = holds === 'messages';
  return (
    <section
      aria-label={hasMessages ? 'Messages by state' : 'Jobs by state'}
      className={cn('panel overflow-hidden', isStale && 'stale')}
    >
      <ul className="flex flex-wrap">
        {states.map((state) => {
          const value = counts[COUNT_KEYS[state]];
          return (
            <li key={state} className="-mt-px -ml-px grow basis-28 border-t border-l border-line">
              <Link href={jobsHref(queue.key, { state })} className="block px-3 py-2 hover:bg-hover md:px-4">
                <span className="label flex items-center gap-1.5">
                  <span aria-hidden className="size-2 rounded-[2px]" style={{ background: stateColor(state) }} />
                  {hasMessages ? (MESSAGE_STATES[state] ?? state) : state}
                </span>
                <span className={cn('text-lg font-semibold', value === 0 && 'font-normal text-ink-3')}>
                  {formatCount(value)}
                  <WaitOf queue={queue} state={state} />
                  {state === 'failed' && (lastMinute.failed ?? 0) > 0 && (
                    <span className="ml-2 text-xs font-medium text-crit" title="in the last minute">
                      +{formatCount(lastMinute.failed)}
                    </span>
                  )}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
      <dl className="flex flex-wrap gap-x-6 gap-y-1 border-t border-line px-3 py-2 text-xs md:px-4">
        <Fact name="Oldest waiting" title={exactDuration(queue.oldestWaitingMs)}>
          {queue.oldestWaitingIsAtLeast && queue.oldestWaitingMs !== null && '≥ '}
          {formatDuration(queue.oldestWaitingMs)}
        </Fact>
        <Fact name={hasMessages ? 'Consumers' : 'Workers'}>{formatCount(queue.workers)}</Fact>
        <Fact name="In">{perMinute(lastMinute.arrived)}</Fact>
        <Fact name="Out">{perMinute(lastMinute.completed)}</Fact>
        {counters.includes('failed') && <Fact name="Failed">{perMinute(lastMinute.failed)}</Fact>}
        {counters.includes('failedAttempts') && (
          <Fact name="Failed attempts">{perMinute(lastMinute.failedAttempts)}</Fact>
        )}
        <Fact name={hasMessages ? 'Redelivered' : 'Stalled'}>{perMinute(lastMinute.stalled)}</Fact>
        {hasDurations && (
          <>
            <Fact name="Run p50 / p95 / p99">{Object.values(lastMinute.runMs).map(formatDuration).join(' / ')}</Fact>
            <Fact name="Wait p50 / p95 / p99">{Object.values(lastMinute.waitMs).map(formatDuration).join(' / ')}</Fact>
          </>
        )}
        {lastMinute.quality !== 'exact' && (
          <Fact name="Last minute">
            <span className="text-warn">~ {lastMinute.reason ?? lastMinute.quality}</span>
          </Fact>
        )}
      </dl>
    </section>
  );
}

/** How long the oldest of a state that waits has waited, or when the first of the delayed jobs is due. */
function WaitOf({ queue: { oldest }, state }: { queue: Queue; state: JobState }) {
  const now = useNow();
  const wait = oldest && waitOf(oldest, state, now);
  return (
    wait && (
      <span
        className={cn('ml-2 text-xs font-normal whitespace-nowrap', wait.isOverdue ? 'text-warn' : 'text-ink-3')}
        title={wait.hint}
      >
        {wait.text}
      </span>
    )
  );
}

function perMinute(value: number | null): string {
  return value === null ? '–' : `${formatCount(value)}/min`;
}

function Fact({ name, title, children }: { name: string; title?: string; children: ReactNode }) {
  return (
    <div className="flex gap-1.5" title={title}>
      <dt className="text-ink-3">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

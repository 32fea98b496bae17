import Link from 'next/link';
import type { ReactNode } from 'react';
import { capabilitiesOf, whyUnknown } from '@/lib/domain/capabilities';
import { COUNT_KEYS, type JobState, type Queue } from '@/lib/domain/queue';
import { exactDuration, formatDuration } from '../format/duration';
import { jobsHref } from '../format/hrefs';
import { formatCompact, formatCount } from '../format/number';
import { useNow } from '../live/use-now';
import { pressureSentence } from '../queue/backpressure-words';
import { allWaits, waitOf } from '../queue/wait-of';
import { cn } from '../ui/cn';
import { Sparkline } from './sparkline';
import type { SortKey } from './sort-queues';
import type { Trend } from './use-trends';

export type Column = {
  key: SortKey;
  label: string;
  hint: string;
  width: string;
  /** How wide the table must be for the column, so that the name, which takes the rest, keeps 200 px. */
  shown: string;
  cell(queue: Queue, trend: Trend | undefined): ReactNode;
};

/** All columns after status and name. */
export const COLUMNS: readonly Column[] = [
  {
    key: 'backlog',
    label: 'Backlog',
    hint: 'waiting + prioritized + paused: all that could run if a worker were free; beside it, the last half hour',
    width: 'w-32',
    shown: '',
    cell: (queue, trend) => <Backlog queue={queue} trend={trend} />,
  },
  {
    key: 'oldest',
    label: 'Oldest',
    hint: 'Age of the oldest waiting job; with “!” how long a delayed job is overdue',
    width: 'w-19',
    shown: '',
    cell: (queue) => <Oldest queue={queue} />,
  },
  {
    key: 'active',
    label: 'Active',
    hint: 'Jobs that a worker holds now; the bar, how many of those that its workers were seen to hold at once',
    width: 'w-16',
    shown: '',
    cell: (queue) => <Active queue={queue} />,
  },
  {
    key: 'delayed',
    label: 'Delayed',
    hint: 'Jobs whose time has not come',
    width: 'w-16',
    shown: 'hidden @min-[1196px]:table-cell',
    cell: (queue) => <CountLink queue={queue} state="delayed" />,
  },
  {
    key: 'failed',
    label: 'Failed',
    hint: 'Failed jobs that are kept; in red, those of the last minute',
    width: 'w-23',
    shown: '',
    cell: (queue) => <CountLink queue={queue} state="failed" recent={queue.lastMinute.failed} />,
  },
  {
    key: 'stalled',
    label: 'Stalled',
    hint: 'Jobs that lost their worker in the last minute',
    width: 'w-16',
    shown: 'hidden @min-[1056px]:table-cell',
    cell: (queue) => (
      <Figure
        queue={queue}
        value={queue.lastMinute.stalled}
        tone={(queue.lastMinute.stalled ?? 0) > 0 ? 'text-warn font-medium' : ''}
      />
    ),
  },
  {
    key: 'in',
    label: 'In/min',
    hint: 'Jobs that arrived in the last minute',
    width: 'w-16',
    shown: 'hidden @min-[780px]:table-cell',
    cell: (queue) => <Figure queue={queue} value={queue.lastMinute.arrived} />,
  },
  {
    key: 'out',
    label: 'Out/min',
    hint: 'Jobs completed in the last minute',
    width: 'w-16',
    shown: 'hidden @min-[780px]:table-cell',
    cell: (queue) => <Figure queue={queue} value={queue.lastMinute.completed} />,
  },
  {
    key: 'drain',
    label: 'Empty in',
    hint: 'When nothing waits any more, at the pace of the last minutes',
    width: 'w-19',
    shown: 'hidden @min-[1056px]:table-cell',
    cell: (queue) => <Drain queue={queue} />,
  },
  {
    key: 'run',
    label: 'Run p95',
    hint: '95 of 100 jobs of the last minute ran no longer than this',
    width: 'w-19',
    shown: 'hidden @min-[920px]:table-cell',
    cell: (queue) => <Took queue={queue} ms={queue.lastMinute.runMs.p95} />,
  },
  {
    key: 'wait',
    label: 'Wait p95',
    hint: '95 of 100 jobs started in the last minute waited no longer than this',
    width: 'w-19',
    shown: 'hidden @min-[1196px]:table-cell',
    cell: (queue) => <Took queue={queue} ms={queue.lastMinute.waitMs.p95} />,
  },
  {
    key: 'workers',
    label: 'Workers',
    hint: 'Connected workers; each may run several jobs at once',
    width: 'w-16',
    shown: 'hidden @min-[920px]:table-cell',
    cell: ({ workers, backlog, rabbit }) => {
      // Dead letters wait for people.
      const isMissed = workers === 0 && (backlog ?? 0) > 0 && (rabbit?.deadLettersOf.length ?? 0) === 0;
      return <span className={cn(isMissed ? 'font-medium text-crit' : quiet(workers))}>{formatCount(workers)}</span>;
    },
  },
];

/** Zero and unknown step back, so that the figures that say something stand out. */
function quiet(value: number | null): string {
  return value === null || value === 0 ? 'text-ink-3' : 'text-ink';
}

/** The waiting list that holds the most jobs, which is what a click on the backlog means. */
export function backlogState({ counts }: Queue): JobState {
  const states = ['waiting', 'prioritized', 'paused'] as const;
  return states.reduce((best, state) => ((counts[state] ?? 0) > (counts[best] ?? 0) ? state : best));
}

function Backlog({ queue, trend }: { queue: Queue; trend: Trend | undefined }) {
  return (
    <Link
      prefetch={false}
      href={jobsHref(queue.key, { state: backlogState(queue) })}
      className="link flex h-full items-center justify-end gap-1.5"
    >
      <Sparkline trend={trend} now={queue.backlog} />
      <span className={cn('min-w-11', quiet(queue.backlog), (queue.backlog ?? 0) > 0 && 'font-medium')}>
        {formatCount(queue.backlog)}
      </span>
    </Link>
  );
}

function Active({ queue }: { queue: Queue }) {
  const { slots } = queue.forecast ?? { slots: null };
  const { active } = queue.counts;
  const share = slots !== null && slots > 0 && active !== null ? Math.min(1, active / slots) : null;
  return (
    <span
      className="relative flex h-full items-center justify-end"
      title={
        slots === null
          ? undefined
          : `${formatCount(active)} of ${formatCount(slots)}, the most that its workers were seen to hold at once`
      }
    >
      <CountLink queue={queue} state="active" />
      {share !== null && share > 0 && (
        <span aria-hidden className="absolute right-0 bottom-[3px] h-[2px] w-10 rounded-full bg-line">
          <span
            className="absolute inset-y-0 left-0 rounded-full bg-[var(--s-active)]"
            style={{ width: `${(share * 100).toFixed(0)}%` }}
          />
        </span>
      )}
    </span>
  );
}

function Drain({ queue }: { queue: Queue }) {
  const { forecast, backlog } = queue;
  if (!forecast || (backlog ?? 0) === 0)
    return (
      <span className="text-ink-3" title={backlog === 0 ? 'Nothing waits' : 'Not reckoned yet'}>
        –
      </span>
    );
  const { drain, trendPerS } = forecast;
  const grows = (trendPerS ?? 0) > 0;
  return (
    <span
      title={pressureSentence(forecast, backlog ?? 0)}
      className={drain ? 'text-ink' : grows ? 'text-warn' : 'text-ink-3'}
    >
      {drain ? `~ ${formatDuration(drain.ms)}` : grows ? 'grows' : '–'}
    </span>
  );
}

function Oldest({ queue }: { queue: Queue }) {
  const { oldestWaitingMs: ms, oldestWaitingIsAtLeast, oldest } = queue;
  const now = useNow();
  const waits = oldest ? allWaits(oldest, now) : '';
  const due = oldest ? waitOf(oldest, 'delayed', now) : null;
  const overdueMs = due?.isOverdue ? now - (oldest?.delayedDueAt ?? now) : 0;
  if (due && overdueMs > (ms ?? 0))
    return (
      <span className="text-warn" title={`${due.hint}\n${waits}`}>
        <span aria-hidden>! </span>
        <span className="sr-only">overdue </span>
        {formatDuration(overdueMs)}
      </span>
    );
  if (ms === null)
    return (
      <span
        className="text-ink-3"
        title={
          queue.backlog === 0
            ? 'Nothing waits'
            : queue.kind === 'rabbitmq'
              ? 'Known only of classic queues whose publishers set a timestamp'
              : 'Cannot be known here'
        }
      >
        –
      </span>
    );
  return (
    <span
      title={`${oldestWaitingIsAtLeast ? 'at least ' : ''}${exactDuration(ms)}${oldestWaitingIsAtLeast ? ': the order does not prove which job is oldest' : ''}\n${waits}`}
    >
      {oldestWaitingIsAtLeast && <span className="text-ink-3">≥ </span>}
      {formatDuration(ms)}
    </span>
  );
}

/** `recent`: how many of them came in the last minute. */
function CountLink({ queue, state, recent = null }: { queue: Queue; state: JobState; recent?: number | null }) {
  const value = queue.counts[COUNT_KEYS[state]];
  if (value === null)
    return (
      <span className="text-ink-3" title={`${capabilitiesOf(queue.kind).label} has no state “${state}”`}>
        –
      </span>
    );
  return (
    <Link
      prefetch={false}
      href={jobsHref(queue.key, { state })}
      className={cn('link', quiet(value))}
      title={
        state === 'failed' ? `${formatCount(value)} kept; in red: ${formatCount(recent)} of the last minute` : undefined
      }
    >
      {(recent ?? 0) > 0 && <span className="mr-1.5 text-2xs font-medium text-crit">+{formatCompact(recent)}</span>}
      {formatCount(value)}
    </Link>
  );
}

function Figure({ queue, value, tone }: { queue: Queue; value: number | null; tone?: string }) {
  return (
    <Measured
      queue={queue}
      isKnown={value !== null}
      {...(value === null && queue.kind === 'rabbitmq' ? { title: whyUnknown(queue.kind) } : {})}
    >
      <span className={tone || quiet(value)}>{formatCompact(value)}</span>
    </Measured>
  );
}

function Took({ queue, ms }: { queue: Queue; ms: number | null }) {
  return (
    <Measured
      queue={queue}
      isKnown={ms !== null}
      title={
        ms !== null
          ? exactDuration(ms)
          : capabilitiesOf(queue.kind).hasDurations
            ? 'Nothing was measured in the last minute'
            : whyUnknown(queue.kind)
      }
    >
      <span className={quiet(ms)}>{formatDuration(ms)}</span>
    </Measured>
  );
}

/** A figure of the last minute, with a mark and the reason where it is not exact. */
function Measured({
  queue: { lastMinute },
  isKnown,
  title,
  children,
}: {
  queue: Queue;
  isKnown: boolean;
  title?: string;
  children: ReactNode;
}) {
  if (lastMinute.quality === 'exact') return <span title={title}>{children}</span>;
  const reason = lastMinute.reason ?? `These figures are ${lastMinute.quality}`;
  return (
    <span title={title ? `${title}. ${reason}` : reason}>
      {isKnown && (
        <span aria-hidden className="text-warn">
          ~
        </span>
      )}
      <span className="sr-only">{lastMinute.quality}: </span>
      {children}
    </span>
  );
}

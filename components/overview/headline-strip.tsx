'use client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { Queue } from '@/lib/domain/queue';
import { formatDuration } from '../format/duration';
import { queueHref } from '../format/hrefs';
import { formatCompact, formatCount } from '../format/number';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import type { Headline } from './headline';

type Props = { headline: Headline; firing: number | null; pending: number; isStale: boolean };

/** The state of everything in six figures; each leads to what it counts, the worst queue is named. */
export function HeadlineStrip({ headline, firing, pending, isStale }: Props) {
  const { backlog, oldest, active, completed, failed, stalled, inexact } = headline;
  const approximate = inexact > 0 ? `Figures of the last minute are incomplete for ${inexact} queues` : undefined;
  return (
    <section
      aria-label="All queues together"
      className={cn('panel grid grid-cols-2 overflow-hidden sm:grid-cols-3 xl:grid-cols-6', isStale && 'stale')}
    >
      <Cell
        label="Backlog"
        href="/?sort=-backlog"
        value={formatCount(backlog.value)}
        tone={backlog.value ? 'text-ink' : 'text-ink-3'}
      >
        {oldest.worst ? (
          <>
            oldest {oldest.worst.queue.oldestWaitingIsAtLeast && '≥ '}
            {formatDuration(oldest.value)} in <Name queue={oldest.worst.queue} />
          </>
        ) : (
          none(backlog.value, 'nothing waits')
        )}
      </Cell>
      <Cell label="Active" href="/?sort=-active" value={formatCount(active.value)}>
        {active.worst ? <Worst {...active.worst} /> : none(active.value, 'no job is running')}
      </Cell>
      <Cell label="Completed / min" href="/?sort=-out" value={formatCompact(completed.value)} hint={approximate}>
        {completed.worst ? <Worst {...completed.worst} /> : none(completed.value, 'none in the last minute')}
      </Cell>
      <Cell
        label="Failed / min"
        href="/?sort=-failed"
        value={formatCompact(failed.value)}
        tone={failed.value ? 'text-crit' : 'text-ink-3'}
        hint={approximate}
      >
        {failed.worst ? <Worst {...failed.worst} /> : none(failed.value, 'none in the last minute')}
      </Cell>
      <Cell
        label="Stalled / min"
        href="/?sort=-stalled"
        value={formatCompact(stalled.value)}
        tone={stalled.value ? 'text-warn' : 'text-ink-3'}
        hint={approximate}
      >
        {stalled.worst ? <Worst {...stalled.worst} /> : none(stalled.value, 'none in the last minute')}
      </Cell>
      <Cell label="Alerts firing" href="/alerts" value={formatCount(firing)} tone={firing ? 'text-crit' : 'text-ink-3'}>
        {pending > 0 ? `${pending} pending` : firing ? 'see what and since when' : 'all quiet'}
      </Cell>
    </section>
  );
}

/** Words for a figure of zero; of a figure that no queue knows nothing is said but that. */
function none(value: number | null, words: string): string {
  return value === null ? 'not known yet' : words;
}

type CellProps = {
  label: string;
  href: string;
  value: string;
  tone?: string;
  hint?: string | undefined;
  children: ReactNode;
};

function Cell({ label, href, value, tone = 'text-ink', hint, children }: CellProps) {
  return (
    <div
      className="relative -mt-px -ml-px min-w-0 border-t border-l border-line px-4 py-2.5 hover:bg-hover"
      title={hint}
    >
      <Link href={href} prefetch={false} scroll={false} className="label block after:absolute after:inset-0">
        {label}
      </Link>
      <p className={cn('text-xl font-semibold tracking-tight', tone)}>
        {hint && <span className="font-normal text-warn">~</span>}
        {value}
      </p>
      <p className="flex min-w-0 gap-1 truncate text-xs text-ink-3">
        <span className="truncate">{children}</span>
      </p>
    </div>
  );
}

function Worst({ queue, value }: { queue: Queue; value: number }) {
  return (
    <>
      {formatCompact(value)} in <Name queue={queue} />
    </>
  );
}

function Name({ queue }: { queue: Queue }) {
  return (
    <Link href={queueHref(queue.key)} prefetch={false} className="link relative z-1 text-ink-2 hover:text-ink">
      <JobLine title>{queue.id.name}</JobLine>
    </Link>
  );
}

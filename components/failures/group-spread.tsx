'use client';
import { Ellipsis, Inbox, RotateCcw, Trash2 } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { FailureDetail, FailureGroup } from '@/lib/domain/failure';
import type { BulkAction } from '@/lib/domain/action';
import type { Queue } from '@/lib/domain/queue';
import { jobsHref } from '../format/hrefs';
import { formatCount } from '../format/number';
import { useLive } from '../live/live-provider';
import { useWhyNotAct } from '../live/use-why-not-act';
import { ExportItems } from '../operations/export-items';
import { Ago } from '../shell/time';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { Menu } from '../ui/menu';
import { Section } from '../ui/page';
import { QueueName } from './queue-names';

type QueueProps = { group: FailureGroup; onAct(queue: Queue, action: BulkAction): void };

/** Which queues it hits, and what can be done to the jobs that lie there. */
export function QueueSpread({ group, onAct }: QueueProps) {
  return (
    <Section title="Queues" count={group.queues.length}>
      <ul className="divide-y divide-line">
        {group.queues.map((share) => (
          <QueueLine key={share.key} share={share} fingerprint={group.fingerprint} onAct={onAct} />
        ))}
      </ul>
    </Section>
  );
}

function QueueLine({
  share: { key, failed, attempts, retained, retainedAt, lastSeen },
  fingerprint,
  onAct,
}: {
  share: FailureGroup['queues'][number];
  fingerprint: string;
  onAct(queue: Queue, action: BulkAction): void;
}) {
  const queue = useLive((state) => state.byKey.get(key));
  const query = `group:${fingerprint}`;
  const whyRetry = useWhyNotAct(queue, 'retry');
  const whyMove = useWhyNotAct(queue, 'dead-letter');
  const whyRemove = useWhyNotAct(queue, 'remove');
  const none = retained === 0 ? 'No job of this kind lay there when they were counted last.' : null;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1.5 text-sm md:px-4">
      <span className="min-w-0 flex-1 basis-40 truncate font-medium">
        <QueueName queueKey={key} />
      </span>
      <span className="text-xs text-ink-2">
        {formatCount(failed)} failed{attempts > 0 && `, +${formatCount(attempts)} retried`} · last <Ago at={lastSeen} />
      </span>
      <Link
        href={jobsHref(key, { state: 'failed', q: query })}
        prefetch={false}
        className="link text-xs"
        title={retainedAt === null ? 'Not counted yet' : 'Show these jobs'}
      >
        {formatCount(retained)} retained
      </Link>
      {queue && (
        <span className="flex flex-wrap gap-1.5">
          <Button
            size="sm"
            blockedBecause={whyRetry ?? none}
            title="All, a few first, or throttled: the dialog asks"
            onClick={() => onAct(queue, 'retry')}
          >
            <RotateCcw size={12} aria-hidden /> Retry…
          </Button>
          <Button
            size="sm"
            blockedBecause={whyMove ?? none}
            title="Move them to a queue that nobody works on; they can be brought back"
            onClick={() => onAct(queue, 'dead-letter')}
          >
            <Inbox size={12} aria-hidden /> Dead-letter…
          </Button>
          <Button
            size="sm"
            variant="dangerGhost"
            blockedBecause={whyRemove ?? none}
            onClick={() => onAct(queue, 'remove')}
          >
            <Trash2 size={12} aria-hidden /> Remove…
          </Button>
          <Menu
            trigger={
              <Button size="sm" aria-label="More for these jobs" title="Export">
                <Ellipsis size={13} aria-hidden />
              </Button>
            }
          >
            <ExportItems queueKey={key} state="failed" query={query} />
          </Menu>
        </span>
      )}
    </li>
  );
}

/** Which job names it hits. */
export function NameSpread({ group }: { group: FailureGroup }) {
  return (
    <Section title="Job names" count={group.names.length}>
      <Bars
        rows={group.names.map(({ name, failed, attempts }) => ({
          key: name ?? '',
          label:
            name === null ? <i className="text-ink-3">not known, or further ones</i> : <JobLine title>{name}</JobLine>,
          count: failed + attempts,
        }))}
        empty="None in this range."
      />
    </Section>
  );
}

/** Which workers ran the jobs that are retained. */
export function WorkerSpread({
  workers,
  retainedAt,
}: {
  workers: FailureDetail['workers'];
  retainedAt: number | null;
}) {
  const isNamed = workers?.some(({ worker }) => worker !== null) ?? false;
  return (
    <Section title="Workers of retained jobs">
      {isNamed && workers ? (
        <>
          <Bars
            rows={workers.map(({ worker, count }) => ({
              key: worker ?? '',
              label:
                worker === null ? <i className="text-ink-3">not written down</i> : <JobLine title>{worker}</JobLine>,
              count,
            }))}
            empty="None is retained."
          />
          <p className="px-3 pb-2 text-xs text-ink-3 md:px-4">
            As BullMQ wrote down, counted <Ago at={retainedAt} />.
          </p>
        </>
      ) : (
        <p className="px-3 py-2.5 text-sm text-ink-3 md:px-4">
          {workers === null
            ? 'Unknown: retained jobs are not counted yet.'
            : 'Unknown: Bull does not write down who ran a job, and BullMQ only of workers that have a name.'}
        </p>
      )}
    </Section>
  );
}

function Bars({ rows, empty }: { rows: { key: string; label: ReactNode; count: number }[]; empty: string }) {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  if (rows.length === 0) return <p className="px-3 py-2.5 text-sm text-ink-3 md:px-4">{empty}</p>;
  return (
    <ul className="py-1">
      {rows.map(({ key, label, count }, index) => (
        <li
          key={key}
          className={cn('relative flex h-7 items-center gap-3 px-3 text-sm md:px-4', index > 11 && 'hidden')}
        >
          <span
            aria-hidden
            className="absolute inset-y-1 left-0 bg-crit-soft"
            style={{ width: `${(count / most) * 100}%` }}
          />
          <span className="relative min-w-0 flex-1 truncate">{label}</span>
          <span className="relative">{formatCount(count)}</span>
        </li>
      ))}
    </ul>
  );
}

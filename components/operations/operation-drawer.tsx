'use client';
import Link from 'next/link';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { toQueueKey } from '@/lib/domain/queue-key';
import type { Operation, OperationReport } from '@/lib/domain/operation';
import { sentenceOf } from '../api/problem';
import { jobsHref, queueHref } from '../format/hrefs';
import { formatCount, plural } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { useNow } from '../live/use-now';
import { Ago, Clock } from '../shell/time';
import { Button } from '../ui/button';
import { Drawer } from '../ui/drawer';
import { JobLine } from '../ui/job-text';
import { SkeletonRows } from '../ui/skeleton';
import { OperationButtons } from './operation-buttons';
import { progressOf, progressWords, whatIsMeant, WORDS } from './operation-words';
import { Bar } from './preview-box';
import { StateChip } from './state-chip';
import { useOperationReport } from './use-operations';

type Props = { id: string | null; live: Operation | undefined; onClose(): void };

/** One operation: what was meant, how far it is, what was not done and why. */
export function OperationDrawer({ id, live, onClose }: Props) {
  const { data, error } = useOperationReport(id, live);
  const operation = live ?? data?.operation;
  return (
    <Drawer open={id !== null} onClose={onClose} label="Operation">
      <header className="flex items-start gap-2 border-b border-line px-4 py-3">
        <div className="min-w-0 flex-1">
          <h2 className="text-base font-semibold [overflow-wrap:anywhere]">
            {operation ? `${WORDS[operation.action].verb} ${visibleLine(whatIsMeant(operation.target))}` : 'Operation'}
          </h2>
          {operation && (
            <p className="text-sm text-ink-2">
              of{' '}
              <Link href={queueHref(operation.queueKey)} className="hover:underline">
                <JobLine>{operation.queue.name}</JobLine>
              </Link>
              {operation.to != null && (
                <>
                  {operation.action === 'bring-back' ? ', back to ' : ', to '}
                  <Link
                    href={queueHref(toQueueKey({ ...operation.queue, name: operation.to }))}
                    className="hover:underline"
                  >
                    <JobLine>{operation.to}</JobLine>
                  </Link>
                </>
              )}
            </p>
          )}
        </div>
        {operation && <StateChip operation={operation} />}
        <Button variant="ghost" size="icon" aria-label="Close" onClick={onClose}>
          <X size={16} />
        </Button>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">
        {!operation && !error && <SkeletonRows count={6} />}
        {!operation && error && <p className="text-sm text-crit">{sentenceOf(error)}</p>}
        {operation && <Facts operation={operation} />}
        {data && data.operation.id === operation?.id && <Report report={data} />}
      </div>
    </Drawer>
  );
}

function Facts({ operation }: { operation: Operation }) {
  const now = useNow();
  const { target, counts, canary, pace, until, startedBy, createdAt, endedAt, runner, takeovers, note } = operation;
  return (
    <>
      <div className="mb-1 flex flex-wrap items-center gap-2">
        <p className="min-w-0 flex-1 text-sm">{progressWords(operation, now)}</p>
        <OperationButtons operation={operation} />
      </div>
      <Bar share={progressOf(operation) ?? 0} />
      {note !== null && <p className="mt-2 rounded-md bg-warn-soft px-3 py-2 text-sm">{visibleLine(note)}</p>}
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        <Fact name={target.by === 'dead-letters' ? 'Messages' : 'Jobs'}>
          {counts.of === null ? '' : `${formatCount(counts.of)} meant, `}
          {formatCount(counts.done)} {WORDS[operation.action].done}
          {target.by !== 'clearing' &&
            `, ${formatCount(counts.failed)} not done, ${formatCount(counts.skipped)} left alone`}
        </Fact>
        <Fact name={target.by === 'clearing' && target.clearing.what === 'clean' ? 'Up to' : 'Frozen at'}>
          <Clock at={until} /> <span className="text-ink-3">{laterStays(target)}</span>
        </Fact>
        <Fact name="Pace">{pace === null ? 'no limit' : `${formatCount(pace)} jobs/s`}</Fact>
        {canary && (
          <Fact name="Canary">
            first {canary.size}, {Math.round(canary.minSuccess * 100)} % must succeed: {canary.succeeded} succeeded,{' '}
            {canary.failed} failed
            {canary.pending > 0 && `, ${canary.pending} under way`}
            {canary.unknown > 0 && `, ${canary.unknown} gone before their end was seen`}
          </Fact>
        )}
        <Fact name="Started">
          <Clock at={createdAt} /> by <JobLine>{startedBy.name}</JobLine>{' '}
          <span className="text-ink-3">{startedBy.role}</span>
        </Fact>
        {endedAt !== null && (
          <Fact name="Ended">
            <Clock at={endedAt} />{' '}
            <span className="text-ink-3">
              (<Ago at={endedAt} />)
            </span>
          </Fact>
        )}
        {runner !== null && (
          <Fact name="Run by">
            {runner}
            {takeovers > 0 && ` after ${plural(takeovers, 'takeover')} from a process that had gone`}
          </Fact>
        )}
      </dl>
    </>
  );
}

function laterStays(target: Operation['target']): string {
  if (target.by === 'dead-letters') return 'what dies later is not meant';
  if (target.by !== 'clearing') return 'what came later is not meant';
  return {
    clean: 'what ended, or was made, later stays',
    drain: 'as many as waited then are taken, the oldest first',
    obliterate: 'producers that still run create the queue anew',
  }[target.clearing.what];
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="[overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}

function Report({ report: { operation, reasons, lines } }: { report: OperationReport }) {
  const { target } = operation;
  if (reasons.length === 0) return null;
  const total = operation.counts.failed + operation.counts.skipped;
  return (
    <>
      <h3 className="label mt-4 mb-1">Not done, and why</h3>
      <ul className="divide-y divide-line border-y border-line">
        {reasons.map(({ text, count, outcome }) => (
          <li key={`${outcome}${text}`} className="flex items-baseline gap-3 py-1 text-sm">
            <span className="w-16 text-right">{formatCount(count)}</span>
            <JobLine className="min-w-0 flex-1 [overflow-wrap:anywhere]">{text}</JobLine>
            <span className={outcome === 'failed' ? 'text-xs text-crit' : 'text-xs text-ink-3'}>
              {outcome === 'failed' ? 'not done' : 'left alone'}
            </span>
          </li>
        ))}
      </ul>
      {lines.length > 0 && (
        <>
          <h3 className="label mt-4 mb-1">
            Jobs {lines.length < total && `(the first ${formatCount(lines.length)} of ${formatCount(total)})`}
          </h3>
          <ul className="text-xs">
            {lines.map(({ id, text }, at) => (
              <li key={at} className="flex h-6 items-center gap-3">
                <Link
                  href={jobsHref(operation.queueKey, {
                    state: 'state' in target ? target.state : 'failed',
                    job: id,
                  })}
                  className="w-40 shrink-0 truncate font-mono hover:underline"
                >
                  <JobLine>{id}</JobLine>
                </Link>
                <JobLine className="truncate text-ink-2" title>
                  {text}
                </JobLine>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

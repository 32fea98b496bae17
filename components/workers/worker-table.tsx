'use client';
import Link from 'next/link';
import type { Worker } from '@/lib/domain/worker';
import { exactDuration, formatDuration } from '../format/duration';
import { queueHref } from '../format/hrefs';
import { visibleLine } from '../format/visible-text';
import { Ago } from '../shell/time';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';

const HEAD = 'label h-7 px-3 text-left font-medium whitespace-nowrap';
const CELL = 'truncate px-3';
const WIDE = 'max-md:hidden';

type Props = {
  workers: readonly Worker[];
  /** Says which queue each works for. */
  withQueue?: boolean;
  /** A table below another one with the same columns: they are named for those who cannot see that. */
  isHeadHidden?: boolean;
};

/** Connections by which workers take jobs, one a row. Columns are as wide in every table, so that they line up. */
export function WorkerTable({ workers, withQueue = false, isHeadHidden = false }: Props) {
  return (
    <table className="w-full table-fixed text-sm">
      <colgroup>
        <col className="w-[9.75rem] md:w-[15rem]" />
        {withQueue && <col />}
        <col className={WIDE} />
        <col className={cn('md:w-[15rem]', withQueue && 'w-[6.75rem]')} />
        <col className={cn('w-[6rem] md:w-[8rem]', withQueue && WIDE)} />
        <col className={cn(WIDE, 'w-[6rem]')} />
        <col className={cn(WIDE, 'w-[11rem]')} />
      </colgroup>
      <thead className={isHeadHidden ? 'sr-only' : undefined}>
        <tr className="border-b border-line">
          <th scope="col" className={HEAD}>
            address
          </th>
          {withQueue && (
            <th scope="col" className={HEAD}>
              queue
            </th>
          )}
          <th scope="col" className={cn(HEAD, WIDE)}>
            name
          </th>
          <th scope="col" className={HEAD}>
            does
          </th>
          <th scope="col" className={cn(HEAD, 'text-right', withQueue && WIDE)}>
            connected
          </th>
          <th scope="col" className={cn(HEAD, WIDE, 'text-right')} title="Time since its last command">
            idle
          </th>
          <th scope="col" className={cn(HEAD, WIDE)}>
            client
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {workers.map((worker) => (
          <tr key={worker.id} className="h-8 hover:bg-hover">
            <td className={cn(CELL, 'font-mono text-xs')} title={worker.address}>
              {worker.address}
            </td>
            {withQueue && (
              <td className={CELL}>
                <Link href={queueHref(worker.queueKey)} className="link">
                  <JobLine title>{worker.queue.name}</JobLine>
                </Link>
              </td>
            )}
            <td className={cn(CELL, WIDE)}>
              {worker.name === null ? <span className="text-ink-3">–</span> : <JobLine title>{worker.name}</JobLine>}
            </td>
            <td className={CELL}>
              <Doing worker={worker} />
            </td>
            <td className={cn(CELL, 'text-right', withQueue && WIDE)}>
              <Ago at={worker.connectedAt} />
            </td>
            <td
              className={cn(CELL, WIDE, 'text-right')}
              title={worker.idleMs === null ? 'The broker does not tell' : exactDuration(worker.idleMs)}
            >
              {formatDuration(worker.idleMs)}
            </td>
            <td className={cn(CELL, WIDE, 'text-ink-3')}>
              {worker.client === null ? '–' : <JobLine title>{worker.client}</JobLine>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Doing({ worker: { isWaiting, lastCommand, consumer } }: { worker: Worker }) {
  if (consumer)
    return (
      <span
        title={`Consumer ${visibleLine(consumer.tag)} on channel ${visibleLine(consumer.channel ?? '–')} as ${visibleLine(consumer.user ?? '–')}`}
      >
        {consumer.isActive ? 'consumes' : 'stands by'}
        <span className="text-ink-3">
          {' · '}
          {!consumer.needsAck
            ? 'no acknowledgements'
            : consumer.prefetch === null
              ? 'prefetch –'
              : consumer.prefetch === 0
                ? 'no prefetch limit'
                : `prefetch ${consumer.prefetch}`}
        </span>
      </span>
    );
  return isWaiting ? (
    <span title={`It waits inside ${lastCommand ?? 'a command'} for the next job, and may run others meanwhile.`}>
      asks for jobs
    </span>
  ) : (
    <span
      className="text-ink-2"
      title={`It does not ask for a job now: it is busy or stuck. Its last command was ${lastCommand ?? 'not told'}.`}
    >
      does not ask <span className="text-ink-3 max-md:hidden">· last {lastCommand ?? '–'}</span>
    </span>
  );
}

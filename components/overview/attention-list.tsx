'use client';
import Link from 'next/link';
import { useState } from 'react';
import { CircleCheck } from 'lucide-react';
import { MostlyFailure } from '../failures/mostly-failure';
import { jobsHref, queueHref } from '../format/hrefs';
import { plural } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { QueueActionButton } from '../queue/queue-action-button';
import { Lasting } from '../shell/lasting';
import { Button } from '../ui/button';
import { Chip } from '../ui/chip';
import { JobLine } from '../ui/job-text';
import { SeverityIcon } from '../shell/severity';
import { cn } from '../ui/cn';
import type { AttentionItem } from './attention';
import { foldAttention, type AttentionGroup } from './fold-attention';

const FIRST_SHOWN = 6;
/** Of a group that is opened; the table below shows them all. */
const MAX_IN_GROUP = 50;

type Props = { items: readonly AttentionItem[]; queueCount: number; isStale: boolean };

/** What is wrong, worst first, one line a queue; queues in the same trouble share one. */
export function AttentionList({ items, queueCount, isStale }: Props) {
  const [showsAll, setShowsAll] = useState(false);
  const lines = foldAttention(items);
  const shown = showsAll ? lines : lines.slice(0, FIRST_SHOWN);
  return (
    <section aria-labelledby="attention" className="panel overflow-hidden">
      <div className="flex h-9 items-center gap-2 border-b border-line px-3 md:px-4">
        <h2 id="attention" className="text-sm">
          Needs attention
        </h2>
        {items.length > 0 && <span className="text-xs text-ink-3">{plural(items.length, 'queue')}</span>}
        {isStale && <span className="text-xs text-ink-3">as last known</span>}
      </div>
      {items.length === 0 ? (
        <p className={cn('flex items-center gap-2 px-4 py-3 text-ink-2', isStale && 'stale')}>
          <CircleCheck size={15} aria-hidden className="text-ok" />
          Nothing is wrong with {queueCount === 1 ? 'the queue' : `any of the ${plural(queueCount, 'queue')}`}, as far
          as can be seen from outside.
        </p>
      ) : (
        <ul className={cn('divide-y divide-line', isStale && 'stale')}>
          {shown.map((line) =>
            line.type === 'one' ? (
              <Line key={line.item.id} item={line.item} />
            ) : (
              <Group key={line.group.id} group={line.group} />
            ),
          )}
        </ul>
      )}
      {lines.length > FIRST_SHOWN && (
        <div className="border-t border-line px-2 py-1">
          <Button variant="ghost" size="sm" onClick={() => setShowsAll(!showsAll)}>
            {showsAll ? 'Show fewer' : `Show ${lines.length - FIRST_SHOWN} more`}
          </Button>
        </div>
      )}
    </section>
  );
}

/** Many queues with one cause: the largest are named, all can be opened. */
function Group({ group: { severity, sentence, since, items } }: { group: AttentionGroup }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <div className="flex items-start gap-3 px-3 py-2 hover:bg-hover md:px-4">
        <span className="mt-0.5">
          <SeverityIcon severity={severity} />
        </span>
        <div className="min-w-0 flex-1">
          <p className="font-medium [overflow-wrap:anywhere]">
            <JobLine>{sentence}</JobLine>
          </p>
          <p className="truncate text-xs text-ink-3">
            {items.slice(0, 3).map(({ queueKey, queueId }, index) => (
              <span key={queueKey}>
                {index > 0 && ', '}
                <Link href={queueHref(queueKey)} prefetch={false} className="link text-ink-2">
                  <JobLine>{queueId.name}</JobLine>
                </Link>
              </span>
            ))}{' '}
            and {items.length - 3} more
          </p>
        </div>
        <Lasting since={since} className="shrink-0 pt-0.5 text-xs whitespace-nowrap text-ink-3" />
        <span className="flex shrink-0 justify-end md:w-36">
          <Button size="sm" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? 'Close' : 'Show each'}
          </Button>
        </span>
      </div>
      {isOpen && (
        <ul className="divide-y divide-line border-t border-line bg-sunken/60 pl-4">
          {items.slice(0, MAX_IN_GROUP).map((item) => (
            <Line key={item.id} item={item} />
          ))}
          {items.length > MAX_IN_GROUP && (
            <li className="px-4 py-2 text-xs text-ink-3">
              and {items.length - MAX_IN_GROUP} more: sort the table by status to see them all
            </li>
          )}
        </ul>
      )}
    </li>
  );
}

function Line({ item }: { item: AttentionItem }) {
  const action = item.advice.find((advice) => advice.action !== null)?.action ?? null;
  const words = item.advice.filter((advice) => advice.action === null).map(({ label }) => label);
  return (
    <li className="flex items-start gap-3 px-3 py-2 hover:bg-hover md:px-4">
      <span className="mt-0.5">
        <SeverityIcon severity={item.severity} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="[overflow-wrap:anywhere]">
          <Link
            href={queueHref(item.queueKey)}
            prefetch={false}
            className="link inline-block max-w-full truncate align-bottom font-medium"
          >
            <JobLine title>{item.queueId.name}</JobLine>
          </Link>
          <span className="mx-2 text-line-strong">·</span>
          <JobLine>{item.sentence}</JobLine>
          {item.rules.length > 0 && (
            <span title={visibleLine(item.rules.join(', '))}>
              <Chip tone={item.severity === 'critical' ? 'crit' : 'warn'} className="ml-2 align-middle">
                alert
              </Chip>
            </span>
          )}
          {item.isStale && <Chip className="ml-1 align-middle">not read lately</Chip>}
        </p>
        {item.also.map((sentence) => (
          <p key={sentence} className="text-xs text-ink-2 [overflow-wrap:anywhere]">
            <JobLine>{sentence}</JobLine>
          </p>
        ))}
        {(item.evidence.length > 0 || words.length > 0) && (
          <p className="mt-0.5 flex flex-wrap gap-x-3 text-xs text-ink-3">
            {item.evidence.map(({ label, value }) => (
              <span key={label}>
                {label} <JobLine className="text-ink-2">{value}</JobLine>
              </span>
            ))}
            {words.map((word) => (
              <span key={word} className="text-ink-2">
                → {word}
              </span>
            ))}
          </p>
        )}
        {item.state === 'failed' && <MostlyFailure queueKey={item.queueKey} />}
      </div>
      <Lasting since={item.since} className="shrink-0 pt-0.5 text-xs whitespace-nowrap text-ink-3" />
      <span className="flex shrink-0 justify-end gap-1.5 max-sm:hidden md:w-36">
        {action !== null && <QueueActionButton queueKey={item.queueKey} action={action} size="sm" />}
        {item.state !== null && (
          <Button size="sm" asChild>
            <Link href={jobsHref(item.queueKey, { state: item.state })} prefetch={false}>
              See {item.state} jobs
            </Link>
          </Button>
        )}
        {action === null && item.state === null && (
          <Button size="sm" asChild>
            <Link href={queueHref(item.queueKey)} prefetch={false}>
              Open
            </Link>
          </Button>
        )}
      </span>
    </li>
  );
}

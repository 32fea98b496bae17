'use client';
import Link from 'next/link';
import { useState } from 'react';
import { CircleCheck } from 'lucide-react';
import { jobsHref, queueHref } from '../format/hrefs';
import { plural } from '../format/number';
import { QueueActionButton } from '../queue/queue-action-button';
import { Lasting } from '../shell/lasting';
import { Button } from '../ui/button';
import { Chip } from '../ui/chip';
import { JobLine } from '../ui/job-text';
import { SeverityIcon } from '../shell/severity';
import type { AttentionItem } from './attention';

const FIRST_SHOWN = 6;

/** What is wrong, worst first, one line each. */
export function AttentionList({ items, queueCount }: { items: readonly AttentionItem[]; queueCount: number }) {
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? items : items.slice(0, FIRST_SHOWN);
  return (
    <section aria-labelledby="attention" className="panel overflow-hidden">
      <div className="flex h-9 items-center gap-2 border-b border-line px-3 md:px-4">
        <h2 id="attention" className="text-sm">
          Needs attention
        </h2>
        {items.length > 0 && <span className="text-xs text-ink-3">{items.length}</span>}
      </div>
      {items.length === 0 ? (
        <p className="flex items-center gap-2 px-4 py-3 text-ink-2">
          <CircleCheck size={15} aria-hidden className="text-ok" />
          Nothing is wrong with {queueCount === 1 ? 'the queue' : `any of the ${plural(queueCount, 'queue')}`}, as far
          as can be seen from outside.
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {shown.map((item) => (
            <Line key={item.id} item={item} />
          ))}
        </ul>
      )}
      {items.length > FIRST_SHOWN && (
        <div className="border-t border-line px-2 py-1">
          <Button variant="ghost" size="sm" onClick={() => setShowsAll(!showsAll)}>
            {showsAll ? 'Show fewer' : `Show ${items.length - FIRST_SHOWN} more`}
          </Button>
        </div>
      )}
    </section>
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
          <Link href={queueHref(item.queueKey)} prefetch={false} className="link font-medium">
            <JobLine>{item.queueId.name}</JobLine>
          </Link>
          <span className="mx-2 text-line-strong">·</span>
          <JobLine>{item.sentence}</JobLine>
          {item.rule !== null && (
            <Chip tone={item.severity === 'critical' ? 'crit' : 'warn'} className="ml-2 align-middle">
              alert
            </Chip>
          )}
          {item.isStale && <Chip className="ml-1 align-middle">not read lately</Chip>}
        </p>
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
      </div>
      <Lasting since={item.since} className="shrink-0 pt-0.5 text-xs whitespace-nowrap text-ink-3" />
      <span className="flex shrink-0 justify-end gap-1.5 max-sm:hidden md:w-36">
        {action !== null && <QueueActionButton queueKey={item.queueKey} action={action} size="sm" />}
        {item.state !== null && (
          <Button size="sm" asChild>
            <Link href={jobsHref(item.queueKey, item.state)} prefetch={false}>
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

'use client';
import Link from 'next/link';
import { useState } from 'react';
import { CircleCheck } from 'lucide-react';
import { queueHref } from '../format/hrefs';
import { plural } from '../format/number';
import { Lasting } from '../shell/lasting';
import { Button } from '../ui/button';
import { JobLine } from '../ui/job-text';
import { SeverityIcon } from '../shell/severity';
import { cn } from '../ui/cn';
import type { AttentionItem, BrokerTrouble } from './attention';
import { AttentionLine, BrokerLine } from './attention-line';
import { foldAttention, type AttentionGroup, type AttentionLine as AttentionLineOf } from './fold-attention';

const FIRST_SHOWN = 6;
/** Of a group that is opened; the table below shows them all. */
const MAX_IN_GROUP = 50;

type Props = {
  items: readonly AttentionItem[];
  brokers: readonly BrokerTrouble[];
  queueCount: number;
  isStale: boolean;
};

/** What is wrong, worst first, one line a queue; queues in the same trouble share one. Notes need nobody, and are folded. */
export function AttentionList({ items, brokers, queueCount, isStale }: Props) {
  const [showsAll, setShowsAll] = useState(false);
  const [showsNotes, setShowsNotes] = useState(false);
  const isNote = ({ severity }: { severity: string }) => severity === 'info';
  const troubles = items.filter((item) => !isNote(item));
  const lines = foldAttention(troubles);
  const notes = foldAttention(items.filter(isNote));
  const ofBrokers = brokers.filter((trouble) => !isNote(trouble));
  const brokerNotes = brokers.filter(isNote);
  const noteCount = notes.length + brokerNotes.length;
  const shown = showsAll ? lines : lines.slice(0, FIRST_SHOWN);
  const isCalm = lines.length + ofBrokers.length === 0;
  return (
    <section aria-labelledby="attention" className="panel overflow-hidden">
      <div className="flex h-9 items-center gap-2 border-b border-line px-3 md:px-4">
        <h2 id="attention" className="text-sm">
          Needs attention
        </h2>
        {troubles.length > 0 && <span className="text-xs text-ink-3">{plural(troubles.length, 'queue')}</span>}
        {isStale && <span className="text-xs text-ink-3">as last known</span>}
      </div>
      {isCalm ? (
        <p className={cn('flex items-center gap-2 px-4 py-3 text-ink-2', isStale && 'stale')}>
          <CircleCheck size={15} aria-hidden className="text-ok" />
          Nothing is wrong with {queueCount === 1 ? 'the queue' : `any of the ${plural(queueCount, 'queue')}`}, as far
          as can be seen from outside.
        </p>
      ) : (
        <ul className={cn('divide-y divide-line', isStale && 'stale')}>
          {ofBrokers.map((trouble) => (
            <BrokerLine key={trouble.id} trouble={trouble} />
          ))}
          {shown.map((line) => (
            <LineOrGroup key={keyOf(line)} line={line} />
          ))}
        </ul>
      )}
      {lines.length > FIRST_SHOWN && (
        <div className="border-t border-line px-2 py-1">
          <Button variant="ghost" size="sm" onClick={() => setShowsAll(!showsAll)}>
            {showsAll ? 'Show fewer' : `Show ${lines.length - FIRST_SHOWN} more`}
          </Button>
        </div>
      )}
      {noteCount > 0 && (
        <div className="border-t border-line">
          <div className="px-2 py-1">
            <Button variant="ghost" size="sm" aria-expanded={showsNotes} onClick={() => setShowsNotes(!showsNotes)}>
              {showsNotes ? 'Hide' : ''} {plural(noteCount, 'note')} that {noteCount === 1 ? 'needs' : 'need'} nobody
            </Button>
          </div>
          {showsNotes && (
            <ul aria-label="Notes" className={cn('divide-y divide-line border-t border-line', isStale && 'stale')}>
              {brokerNotes.map((trouble) => (
                <BrokerLine key={trouble.id} trouble={trouble} />
              ))}
              {notes.map((line) => (
                <LineOrGroup key={keyOf(line)} line={line} />
              ))}
            </ul>
          )}
        </div>
      )}
    </section>
  );
}

function keyOf(line: AttentionLineOf): string {
  return line.type === 'one' ? line.item.id : line.group.id;
}

function LineOrGroup({ line }: { line: AttentionLineOf }) {
  return line.type === 'one' ? <AttentionLine item={line.item} /> : <Group group={line.group} />;
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
            <AttentionLine key={item.id} item={item} />
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

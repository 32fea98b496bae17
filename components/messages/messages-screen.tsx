'use client';
import { Eye } from 'lucide-react';
import { useState } from 'react';
import { whatPeekDoes, whyNotPeek, type Message } from '@/lib/domain/message';
import type { Queue } from '@/lib/domain/queue';
import { sentenceOf } from '../api/problem';
import { formatCount, plural } from '../format/number';
import { useWhyNotAct } from '../live/use-why-not-act';
import { QueueHeader } from '../queue/queue-header';
import { StateStrip } from '../queue/state-strip';
import { Ago } from '../shell/time';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { Segmented } from '../ui/segmented';
import { DeadLetterPanel } from './dead-letter-panel';
import { MessageRow } from './message-row';
import { usePeek } from './use-messages';

const COUNTS = ['1', '10', '50'] as const;

/** What lies in this queue? Looking takes the messages for a moment, so it is asked for. */
export function MessagesScreen({ queue, isStale }: { queue: Queue; isStale: boolean }) {
  const { type = 'classic', deliveryLimit = null, deadLettersOf = [] } = queue.rabbit ?? {};
  const [count, setCount] = useState<(typeof COUNTS)[number]>('10');
  const peek = usePeek(queue.key);
  const why = useWhyNotAct(queue, 'peek') ?? whyNotPeek(type, deliveryLimit);
  return (
    <div className="mx-auto flex max-w-[110rem] flex-col gap-3 p-3 md:p-4">
      <QueueHeader queue={queue} isInside />
      <StateStrip queue={queue} isStale={isStale} />
      {type !== 'stream' && <DeadLetterPanel queue={queue} isDeadLetterQueue={deadLettersOf.length > 0} />}
      <section aria-label="Messages" className="panel overflow-hidden">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-3 py-2 md:px-4">
          <h2 className="text-sm">Messages</h2>
          <Segmented
            label="How many"
            value={count}
            options={COUNTS.map((value) => ({ value, label: value }))}
            onChange={(value) => setCount(COUNTS.find((one) => one === value) ?? '10')}
          />
          <Button blockedBecause={why} disabled={peek.isPending} onClick={() => peek.mutate(Number(count))}>
            <Eye size={14} aria-hidden /> {peek.data ? 'Look again' : 'Look at the first'}
          </Button>
          <span className="min-w-0 flex-1 basis-64 text-xs text-ink-3">{why ?? whatPeekDoes(type)}</span>
          {peek.data && (
            <span className="text-xs text-ink-3">
              <Ago at={peek.data.at} /> · {formatCount(peek.data.behind)} more behind them
            </span>
          )}
        </div>
        {peek.error && (
          <p className="border-b border-line px-3 py-2 text-sm [overflow-wrap:anywhere] text-crit md:px-4">
            {sentenceOf(peek.error)}
          </p>
        )}
        <Found messages={peek.data?.messages ?? null} ready={queue.counts.waiting} isBlocked={why !== null} />
      </section>
    </div>
  );
}

function Found({
  messages,
  ready,
  isBlocked,
}: {
  messages: readonly Message[] | null;
  ready: number | null;
  isBlocked: boolean;
}) {
  if (messages === null)
    return (
      <Empty
        title={
          isBlocked
            ? 'These messages cannot be looked at'
            : ready === null
              ? 'Nothing was looked at yet'
              : `${plural(ready, 'message')} ready`
        }
      >
        {!isBlocked && 'RabbitMQ has no way to read without taking: nothing is looked at before you ask for it.'}
      </Empty>
    );
  if (messages.length === 0) return <Empty title="No message is ready">Consumers may hold some.</Empty>;
  return (
    <ul className="divide-y divide-line">
      {messages.map((message) => (
        <MessageRow key={message.index} message={message} isOpenFirst={messages.length === 1} />
      ))}
    </ul>
  );
}

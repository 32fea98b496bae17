'use client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { Queue } from '@/lib/domain/queue';
import { toQueueKey } from '@/lib/domain/queue-key';
import type { RabbitQueue } from '@/lib/domain/rabbit';
import { queueHref } from '../format/hrefs';
import { formatBytes, formatCompact, formatCount } from '../format/number';
import { Chip } from '../ui/chip';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';

type Props = { queue: Queue; rabbit: RabbitQueue; isStale: boolean };

/** What only a RabbitMQ queue has: type, rates, how busy its consumers are, and where dead letters go. */
export function RabbitFacts({ queue, rabbit, isStale }: Props) {
  const { type, state, node, durable, policy, rates, unknownBecause } = rabbit;
  return (
    <section aria-label="RabbitMQ" className={cn('panel', isStale && 'stale')}>
      <dl className="flex flex-wrap gap-x-6 gap-y-1 px-3 py-2 text-xs md:px-4">
        <Fact name="Type">
          {type}
          {!durable && ', lost with the broker'}
        </Fact>
        {state !== null && state !== 'running' && state !== 'live' && (
          <Fact name="State">
            <Chip tone={state === 'idle' ? 'plain' : 'warn'}>{state}</Chip>
          </Fact>
        )}
        <Fact name="Publish">{perSecond(rates.publish)}</Fact>
        <Fact name="Deliver">{perSecond(rates.deliver)}</Fact>
        <Fact name="Acknowledge">{perSecond(rates.ack)}</Fact>
        <Fact name="Redeliver">{perSecond(rates.redeliver)}</Fact>
        {type === 'stream' && <Fact name="Messages kept">{formatCount(rabbit.messages)}</Fact>}
        {type !== 'stream' && (
          <Fact
            name="Consumer capacity"
            title="Share of the time in which a consumer could take a message at once; low while messages wait means that the consumers are the bottleneck"
          >
            {rabbit.consumerUtilisation === null ? '–' : `${Math.round(rabbit.consumerUtilisation * 100)} %`}
          </Fact>
        )}
        {type !== 'stream' && (
          <Fact
            name="Unacknowledged of prefetch"
            title="Messages that its consumers may hold at the same time, all together"
          >
            {formatCount(queue.counts.active)} of {formatCount(rabbit.prefetch)}
          </Fact>
        )}
        <Fact name="Size">{formatBytes(rabbit.messageBytes)}</Fact>
        <Fact name="Memory">{formatBytes(rabbit.memoryBytes)}</Fact>
        {node !== null && <Fact name="Node">{<JobLine>{node}</JobLine>}</Fact>}
        {policy !== null && <Fact name="Policy">{<JobLine>{policy}</JobLine>}</Fact>}
        {rabbit.deliveryLimit !== null && (
          <Fact name="Delivery limit" title="Deliveries after which it gives a message up">
            {formatCount(rabbit.deliveryLimit)}
          </Fact>
        )}
        <Fact name="Dead letters go">
          <DeadLetters queue={queue} deadLetter={rabbit.deadLetter} />
        </Fact>
        {rabbit.deadLettersOf.length > 0 && (
          <Fact name="Dead letters of">
            <span className="flex flex-wrap gap-x-2">
              {rabbit.deadLettersOf.map((name) => (
                <Link key={name} className="link" href={hrefOf(queue, name)}>
                  <JobLine>{name}</JobLine>
                </Link>
              ))}
            </span>
          </Fact>
        )}
        {rabbit.blocked !== null && (
          <Fact name="Publishers">
            <span className="text-crit">stopped: {rabbit.blocked}</span>
          </Fact>
        )}
        {unknownBecause !== null && queue.lastMinute.reason !== unknownBecause && (
          <Fact name="Unknown">
            <span className="text-warn">{unknownBecause}</span>
          </Fact>
        )}
      </dl>
    </section>
  );
}

function DeadLetters({ queue, deadLetter }: { queue: Queue; deadLetter: RabbitQueue['deadLetter'] }) {
  if (deadLetter === null) return <span className="text-ink-3">nowhere: they are lost</span>;
  const { exchange, routingKey } = deadLetter;
  if (exchange === '' && routingKey !== null)
    return (
      <Link className="link" href={hrefOf(queue, routingKey)}>
        <JobLine>{routingKey}</JobLine>
      </Link>
    );
  return (
    <span>
      to exchange <JobLine>{exchange === '' ? '(default)' : exchange}</JobLine>
      {routingKey !== null && (
        <>
          {' '}
          with key <JobLine>{routingKey}</JobLine>
        </>
      )}
    </span>
  );
}

function hrefOf({ id: { source, namespace } }: Queue, name: string): string {
  return queueHref(toQueueKey({ source, namespace, name }));
}

function perSecond(value: number | null): string {
  return value === null ? '–' : `${value < 10 ? value.toFixed(1) : formatCompact(value)}/s`;
}

function Fact({ name, title, children }: { name: string; title?: string; children: ReactNode }) {
  return (
    <div className="flex gap-1.5" title={title}>
      <dt className="text-ink-3">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

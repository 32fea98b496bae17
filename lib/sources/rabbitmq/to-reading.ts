import type { RabbitQueue } from '../../domain/rabbit';
import type { CounterMetric } from '../../domain/series';
import type { QueueReading } from '../source';
import type { Prefetch } from './consumer-watch';
import { deadLetterOf, deliveryLimitOf } from './dead-letter';
import type { ListedQueue, StatTotals } from './queue-list';

/** Publishers write the seconds that AMQP asks for, or ms by mistake: no second count is this large before the year 5138. */
const FIRST_MS = 100_000_000_000;
const COUNTED: readonly CounterMetric[] = ['arrived', 'started', 'completed', 'stalled'];

export type Around = {
  source: string;
  version: string | null;
  readOnlyReason: string | null;
  /** ms since the epoch. */
  at: number;
  whyNoStatistics: string | null;
  prefetch: Prefetch | null;
  deadLettersOf: readonly string[];
  blocked: string | null;
  /** What happened since the last reading, and how long ago that was (ms); `null` where it is not known. */
  since: { delta: StatTotals; ms: number } | null;
};

/** A listed queue in the vocabulary of all sources: waiting = ready, active = unacknowledged. */
export function toReading(queue: ListedQueue, around: Around): QueueReading {
  const { at, version, whyNoStatistics } = around;
  const isStream = queue.type === 'stream';
  const ageMs = isStream || !queue.ready ? null : headAge(queue.headTimestamp, at);
  return {
    id: { source: around.source, namespace: queue.vhost, name: queue.name },
    kind: 'rabbitmq',
    version: version === null ? null : `rabbitmq:${version}`,
    readOnlyReason: around.readOnlyReason,
    at,
    counts: {
      // A stream keeps what was read: its length is no backlog.
      waiting: isStream ? null : queue.ready,
      active: queue.unacked,
      delayed: null,
      prioritized: null,
      waitingChildren: null,
      paused: null,
      completed: null,
      failed: null,
    },
    isPaused: null,
    oldestWaitingMs: ageMs,
    // By the publisher's clock, and what was put back may be older than the first.
    oldestWaitingIsAtLeast: ageMs !== null,
    workers: queue.consumers,
    rabbit: toRabbitQueue(queue, around),
    ...(whyNoStatistics === null ? {} : { untold: { counters: COUNTED, reason: whyNoStatistics } }),
  };
}

function toRabbitQueue(queue: ListedQueue, around: Around): RabbitQueue {
  const { version, since, prefetch } = around;
  const rate = (name: keyof StatTotals) =>
    since === null ? null : (since.delta[name] * 1_000) / Math.max(1, since.ms);
  return {
    type: queue.type,
    state: queue.state,
    node: queue.node,
    durable: queue.durable,
    policy: queue.policy,
    messages: queue.messages,
    messageBytes: queue.messageBytes,
    memoryBytes: queue.memory,
    consumerUtilisation: queue.consumers ? queue.utilisation : null,
    prefetch: prefetch?.limit ?? null,
    rates: { publish: rate('publish'), deliver: rate('deliver'), ack: rate('ack'), redeliver: rate('redeliver') },
    deadLetter: deadLetterOf(queue),
    deadLettersOf: [...around.deadLettersOf],
    deliveryLimit: deliveryLimitOf(queue, version),
    blocked: around.blocked,
    unknownBecause: around.whyNoStatistics,
  };
}

function headAge(timestamp: number | null, at: number): number | null {
  if (timestamp === null || timestamp <= 0) return null;
  return Math.max(0, at - (timestamp >= FIRST_MS ? timestamp : timestamp * 1_000));
}

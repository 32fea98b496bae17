import { toQueueKey } from '../domain/queue-key';
import type { Queue } from '../domain/queue';
import type { RabbitQueue } from '../domain/rabbit';

export type RabbitChanges = Partial<Omit<Queue, 'counts' | 'lastMinute' | 'rabbit'>> & {
  counts?: Partial<Queue['counts']>;
  lastMinute?: Partial<Queue['lastMinute']>;
};

/** An idle classic queue with one consumer, different in what is given. */
export function aRabbitQueue(changes: RabbitChanges = {}, rabbit: Partial<RabbitQueue> = {}): Queue {
  const id = changes.id ?? { source: 'rabbit', namespace: '/', name: 'orders' };
  const counts = {
    waiting: 0,
    active: 0,
    delayed: null,
    prioritized: null,
    waitingChildren: null,
    paused: null,
    completed: null,
    failed: null,
    ...changes.counts,
  };
  return {
    id,
    key: toQueueKey(id),
    kind: 'rabbitmq',
    version: 'rabbitmq:3.10.8',
    readOnlyReason: null,
    backlog: counts.waiting,
    isPaused: null,
    oldestWaitingMs: null,
    oldestWaitingIsAtLeast: false,
    workers: 1,
    verdicts: [],
    readAt: 0,
    ...changes,
    counts,
    lastMinute: {
      arrived: 0,
      started: 0,
      completed: 0,
      failed: null,
      failedAttempts: null,
      stalled: 0,
      runMs: { p50: null, p95: null, p99: null },
      waitMs: { p50: null, p95: null, p99: null },
      quality: 'exact',
      ...changes.lastMinute,
    },
    rabbit: {
      type: 'classic',
      state: 'running',
      node: 'rabbit@a',
      durable: true,
      policy: null,
      messages: counts.waiting,
      messageBytes: null,
      memoryBytes: null,
      consumerUtilisation: 1,
      prefetch: 10,
      rates: { publish: 0, deliver: 0, ack: 0, redeliver: 0 },
      deadLetter: null,
      deadLettersOf: [],
      deliveryLimit: null,
      blocked: null,
      unknownBecause: null,
      ...rabbit,
    },
  };
}

import type { Counts, LastMinute, Queue, QueueId } from '../domain/queue';
import { toQueueKey } from '../domain/queue-key';

type Changes = Partial<Omit<Queue, 'id' | 'key' | 'counts' | 'lastMinute'>> & {
  id?: Partial<QueueId>;
  counts?: Partial<Counts>;
  lastMinute?: Partial<LastMinute>;
};

/** A healthy, idle BullMQ queue with two workers, changed as the test needs it. `backlog` follows the counts. */
export function aQueue(changes: Changes = {}): Queue {
  const id: QueueId = { source: 'main', namespace: 'bull', name: 'reports', ...changes.id };
  const counts: Counts = {
    waiting: 0,
    active: 0,
    delayed: 0,
    prioritized: 0,
    waitingChildren: 0,
    paused: 0,
    completed: 0,
    failed: 0,
    ...changes.counts,
  };
  const nothing = { p50: null, p95: null, p99: null };
  return {
    kind: 'bullmq',
    version: 'bullmq:6.7.0',
    readOnlyReason: null,
    backlog: (counts.waiting ?? 0) + (counts.paused ?? 0) + (counts.prioritized ?? 0),
    isPaused: false,
    oldestWaitingMs: null,
    oldestWaitingIsAtLeast: false,
    workers: 2,
    verdicts: [],
    readAt: 0,
    ...changes,
    id,
    key: toQueueKey(id),
    counts,
    lastMinute: {
      arrived: 0,
      started: 0,
      completed: 0,
      failed: 0,
      failedAttempts: 0,
      stalled: 0,
      runMs: nothing,
      waitMs: nothing,
      quality: 'exact',
      ...changes.lastMinute,
    },
  };
}

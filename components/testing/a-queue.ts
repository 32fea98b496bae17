import type { Queue } from '@/lib/domain/queue';
import { toQueueKey } from '@/lib/domain/queue-key';

type Options = Partial<Omit<Queue, 'id' | 'lastMinute' | 'counts'>> & {
  name?: string;
  namespace?: string;
  source?: string;
  counts?: Partial<Queue['counts']>;
  lastMinute?: Partial<Queue['lastMinute']>;
};

/** An idle Bull queue, different in what is given. */
export function aQueue({
  name = 'mail',
  namespace = 'bull',
  source = 'main',
  counts,
  lastMinute,
  ...rest
}: Options = {}): Queue {
  const id = { source, namespace, name };
  return {
    id,
    key: toQueueKey(id),
    kind: 'bull',
    version: null,
    readOnlyReason: null,
    counts: {
      waiting: 0,
      active: 0,
      delayed: 0,
      prioritized: null,
      waitingChildren: null,
      paused: 0,
      completed: 0,
      failed: 0,
      ...counts,
    },
    backlog: 0,
    isPaused: false,
    oldestWaitingMs: null,
    oldestWaitingIsAtLeast: false,
    workers: 1,
    lastMinute: {
      arrived: 0,
      started: 0,
      completed: 0,
      failed: 0,
      failedAttempts: 0,
      stalled: 0,
      runMs: { p50: null, p95: null, p99: null },
      waitMs: { p50: null, p95: null, p99: null },
      quality: 'exact',
      ...lastMinute,
    },
    verdicts: [],
    readAt: 0,
    ...rest,
  };
}

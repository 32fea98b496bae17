import { capabilitiesOf } from '../domain/capabilities';
import { COUNT_KEYS, JOB_STATES, QUEUE_KINDS } from '../domain/queue';
import { COUNTER_METRICS, type CounterMetric } from '../domain/series';
import { DURATION_BOUNDS_MS, type QueueTotals } from '../domain/totals';
import type { Labels, Metric, Sample } from './metric';
import type { Gauges, ShownQueue } from './shown-queues';

const QUEUE = ['source', 'namespace', 'queue', 'kind'] as const;
const STATE_LABELS = JOB_STATES.map((state) => ({ state, key: COUNT_KEYS[state], labels: { state } as Labels }));
const LE = [...DURATION_BOUNDS_MS.map((ms) => String(ms / 1000)), '+Inf'].map((le): Labels => ({ le }));

const COUNTERS: Record<CounterMetric, [name: string, help: string]> = {
  arrived: ['tailback_queue_jobs_arrived_total', 'Jobs added'],
  started: ['tailback_queue_jobs_started_total', 'Attempts that a worker began'],
  completed: ['tailback_queue_jobs_completed_total', 'Jobs completed'],
  failed: ['tailback_queue_jobs_failed_total', 'Jobs failed for good: no attempt is left'],
  failedAttempts: ['tailback_queue_jobs_failed_attempts_total', 'Attempts that failed and are tried again'],
  stalled: ['tailback_queue_jobs_stalled_total', 'Times that a job stalled: its worker stopped renewing its lock'],
  retried: ['tailback_queue_jobs_retried_total', 'Jobs brought back after they had finished'],
  delayed: ['tailback_queue_jobs_delayed_total', 'Jobs put off, newly or again'],
  removed: ['tailback_queue_jobs_removed_total', 'Jobs removed'],
};

/** Figures of each queue. Counters are kept by the collector: they survive its restarts and a change of the one that writes. */
export const QUEUE_METRICS: readonly Metric<readonly ShownQueue[]>[] = [
  {
    name: 'tailback_queue_jobs',
    help: 'Jobs by state; a state that the library does not have is left out',
    type: 'gauge',
    labels: [...QUEUE, 'state'],
    *read(queues) {
      for (const { labels: shared, gauges } of queues)
        for (const { key, labels } of STATE_LABELS) {
          const value = gauges?.counts[key];
          if (value != null) yield { labels, shared, value };
        }
    },
  },
  gauge(
    'tailback_queue_backlog_jobs',
    'Jobs that could run if a worker were free: waiting, paused and prioritized',
    ({ backlog }) => backlog,
  ),
  gauge(
    'tailback_queue_oldest_waiting_seconds',
    'Age of the oldest job that waits, at least; 0 when none does',
    ({ oldestWaitingMs }) => (oldestWaitingMs === null ? null : oldestWaitingMs / 1000),
  ),
  {
    name: 'tailback_queue_oldest_seconds',
    help: 'Age of the oldest job of each state that waits, at least; 0 where none does',
    type: 'gauge',
    labels: [...QUEUE, 'state'],
    *read(queues) {
      for (const { labels: shared, gauges } of queues)
        for (const [state, ms] of Object.entries(gauges?.oldest ?? {}))
          yield { labels: { state }, shared, value: ms / 1000 };
    },
  },
  gauge(
    'tailback_queue_delayed_overdue_seconds',
    'How long the first delayed job is overdue; 0 while none is due',
    ({ overdueMs }) => (overdueMs === null ? null : overdueMs / 1000),
  ),
  gauge(
    'tailback_queue_workers',
    'Connected workers; left out where the broker does not tell',
    ({ workers }) => workers,
  ),
  gauge('tailback_queue_paused', '1 while the queue is paused', ({ isPaused }) =>
    isPaused === null ? null : Number(isPaused),
  ),
  gauge(
    'tailback_queue_active_without_lock_jobs',
    'Active jobs whose lock is gone; looked for where the job taken first does not end',
    ({ activeWithoutLock }) => activeWithoutLock,
  ),
  gauge('tailback_queue_figures_exact', '1 while no event of the last minute can have been missed', ({ isExact }) =>
    isExact === null ? null : Number(isExact),
  ),
  ...COUNTER_METRICS.map((name, index): Metric<readonly ShownQueue[]> => {
    const [metric, help] = COUNTERS[name];
    return {
      name: metric,
      help,
      type: 'counter',
      labels: QUEUE,
      *read(queues) {
        for (const { labels: shared, totals } of queues)
          if (totals && isTold(shared, name)) yield { shared, value: totals.counters[index] ?? 0 };
      },
    };
  }),
  histogram('tailback_queue_run_seconds', 'Run time of each attempt that ended', 'run'),
  histogram('tailback_queue_wait_seconds', 'From when a job could run to when a worker began it', 'wait'),
];

/** What a kind of queue does not tell is left out, not zero; `shared` without a kind: a sum over several. */
function isTold(shared: Labels, name: CounterMetric): boolean {
  const kind = QUEUE_KINDS.find((one) => one === shared['kind']);
  return kind === undefined || capabilitiesOf(kind).counters.includes(name);
}

function gauge(name: string, help: string, valueOf: (gauges: Gauges) => number | null): Metric<readonly ShownQueue[]> {
  return {
    name,
    help,
    type: 'gauge',
    labels: QUEUE,
    *read(queues) {
      for (const { labels: shared, gauges } of queues) {
        const value = gauges && valueOf(gauges);
        if (value !== null) yield { shared, value };
      }
    },
  };
}

function histogram(name: string, help: string, which: 'run' | 'wait'): Metric<readonly ShownQueue[]> {
  const names = { bucket: `${name}_bucket`, sum: `${name}_sum`, count: `${name}_count` };
  return {
    name,
    help,
    type: 'histogram',
    labels: [...QUEUE, 'le'],
    *read(queues) {
      for (const { labels, totals } of queues)
        if (totals && labels['kind'] !== 'rabbitmq') yield* lines(names, labels, totals[which]);
    },
  };
}

function* lines(
  names: { bucket: string; sum: string; count: string },
  shared: Labels,
  { counts, sumMs }: QueueTotals['run'],
): Iterable<Sample> {
  let seen = 0;
  for (const [index, labels] of LE.entries()) {
    seen += counts[index] ?? 0;
    yield { name: names.bucket, labels, shared, value: seen };
  }
  yield { name: names.sum, shared, value: sumMs / 1000 };
  yield { name: names.count, shared, value: seen };
}

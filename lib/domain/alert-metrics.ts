import type { AlertMetric } from './alert-rule';
import { countWords, durationWords, numberWords } from './words';

export type MetricUnit = 'jobs' | 'ms' | 'workers' | 'percent' | 'perMinute' | 'clients';
type MetricInfo = { label: string; unit: MetricUnit; says: (value: number) => string };

const jobs = (label: string, says: (count: string) => string): MetricInfo => ({
  label,
  unit: 'jobs',
  says: (value) => says(countWords(value, 'job')),
});
const perMinute = (label: string, word: string): MetricInfo => ({
  label,
  unit: 'perMinute',
  says: (value) => `${countWords(value, 'job')} ${word} in the last minute`,
});
const lasting = (label: string, says: (duration: string) => string): MetricInfo => ({
  label,
  unit: 'ms',
  says: (value) => says(durationWords(value)),
});

/** What a value of each metric is called: in forms (`label`), and in a sentence (`says`). */
export const METRIC_INFO: Readonly<Record<AlertMetric, MetricInfo>> = {
  backlog: jobs('backlog', (count) => `${count} in the backlog`),
  waiting: jobs('waiting jobs', (count) => `${count} waiting`),
  active: jobs('active jobs', (count) => `${count} active`),
  delayed: jobs('delayed jobs', (count) => `${count} delayed`),
  prioritized: jobs('prioritized jobs', (count) => `${count} prioritized`),
  waitingChildren: jobs('jobs that wait for children', (count) => `${count} waiting for children`),
  paused: jobs('paused jobs', (count) => `${count} held by a pause`),
  completed: {
    label: 'completed jobs kept',
    unit: 'jobs',
    says: (value) => `${countWords(value, 'completed job')} kept`,
  },
  failed: { label: 'failed jobs kept', unit: 'jobs', says: (value) => `${countWords(value, 'failed job')} kept` },
  stalledJobs: jobs('stalled jobs', (count) => `${count} stalled`),
  oldestWaitingMs: lasting('age of the oldest waiting job', (time) => `the oldest job waits for ${time}`),
  oldestPrioritizedMs: lasting(
    'age of the oldest prioritized job',
    (time) => `the oldest prioritized job waits for ${time}`,
  ),
  oldestWaitingChildrenMs: lasting(
    'age of the oldest job that waits for children',
    (time) => `a job waits for its children for ${time}`,
  ),
  overdueMs: lasting('delayed jobs overdue by', (time) => `the first delayed job is overdue by ${time}`),
  workers: { label: 'connected workers', unit: 'workers', says: (value) => `${countWords(value, 'worker')} connected` },
  arrivedPerMinute: perMinute('jobs arrived per minute', 'arrived'),
  startedPerMinute: perMinute('jobs started per minute', 'started'),
  completedPerMinute: perMinute('jobs completed per minute', 'completed'),
  failedPerMinute: perMinute('jobs failed per minute', 'failed'),
  failedAttemptsPerMinute: {
    label: 'attempts failed per minute',
    unit: 'perMinute',
    says: (value) => `${countWords(value, 'attempt')} failed in the last minute`,
  },
  stalledPerMinute: perMinute('jobs stalled per minute', 'stalled'),
  failurePercent: {
    label: 'share of jobs that fail',
    unit: 'percent',
    says: (value) => `${percentWords(value)} of the jobs of the last minute failed`,
  },
  runMsP50: lasting('run time, median', (time) => `the median run takes ${time}`),
  runMsP95: lasting('run time, p95', (time) => `one run in twenty takes ${time} or longer`),
  runMsP99: lasting('run time, p99', (time) => `one run in a hundred takes ${time} or longer`),
  waitMsP50: lasting('wait time, median', (time) => `the median wait is ${time}`),
  waitMsP95: lasting('wait time, p95', (time) => `one job in twenty waits for ${time} or longer`),
  waitMsP99: lasting('wait time, p99', (time) => `one job in a hundred waits for ${time} or longer`),
  drainMs: {
    label: 'time until the backlog is empty',
    unit: 'ms',
    says: (value) =>
      value >= NEVER_MS ? 'the backlog does not shrink' : `the backlog will be empty in ${durationWords(value)}`,
  },
  brokerMemoryPercent: {
    label: 'memory of the broker, of its limit',
    unit: 'percent',
    says: (value) => `the broker uses ${percentWords(value)} of its memory limit`,
  },
  brokerReadMs: lasting('time that the broker takes to answer', (time) => `the broker takes ${time} to answer`),
  brokerClients: {
    label: 'clients of the broker',
    unit: 'clients',
    says: (value) => `${countWords(value, 'client')} connected to the broker`,
  },
};

/** Stands for "never at this pace" where a number is needed: over 30 years in ms. */
export const NEVER_MS = 1e12;

/** A bound or a value of a metric with its unit, for sentences: `5 minutes`, `12 %`, `1,000`. */
export function valueWords(metric: AlertMetric, value: number): string {
  const { unit } = METRIC_INFO[metric];
  if (unit === 'percent') return percentWords(value);
  if (unit === 'ms') return value >= NEVER_MS ? 'never' : durationWords(value);
  return numberWords(value);
}

function percentWords(value: number): string {
  return `${numberWords(Math.round(value * 10) / 10)} %`;
}

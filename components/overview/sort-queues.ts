import { SEVERITIES, type Queue, type Severity } from '@/lib/domain/queue';
import { statusOf, type FiringByKey } from './queue-status';

/** Columns by which the table can be sorted; `name` keeps the groups together. */
export const SORT_KEYS = [
  'status',
  'name',
  'backlog',
  'oldest',
  'active',
  'delayed',
  'failed',
  'stalled',
  'in',
  'out',
  'drain',
  'run',
  'wait',
  'workers',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];
export type Sort = { key: SortKey; isDescending: boolean };

export const DEFAULT_SORT: Sort = { key: 'name', isDescending: false };

/** `-backlog` → by backlog, largest first. Anything unknown is the default. */
export function parseSort(text: string): Sort {
  const isDescending = text.startsWith('-');
  const key = SORT_KEYS.find((known) => known === text.slice(isDescending ? 1 : 0));
  return key ? { key, isDescending } : DEFAULT_SORT;
}

export function sortToText({ key, isDescending }: Sort): string {
  return `${isDescending ? '-' : ''}${key}`;
}

/** Queues in a new order. Unknown values come last either way; equal ones keep the order they had. */
export function sortQueues(
  queues: readonly Queue[],
  { key, isDescending }: Sort,
  firing: FiringByKey = new Map(),
): Queue[] {
  if (key === 'name') return isDescending ? [...queues].reverse() : [...queues];
  const read =
    key === 'status' ? (queue: Queue) => SEVERITIES.indexOf(statusOf(queue, firing) as Severity) : READERS[key];
  const sign = isDescending ? -1 : 1;
  return [...queues].sort((a, b) => {
    const left = read(a);
    const right = read(b);
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * (left - right);
  });
}

const READERS: Record<Exclude<SortKey, 'name' | 'status'>, (queue: Queue) => number | null> = {
  backlog: (queue) => queue.backlog,
  oldest: (queue) => queue.oldestWaitingMs,
  active: (queue) => queue.counts.active,
  delayed: (queue) => queue.counts.delayed,
  failed: (queue) => queue.counts.failed,
  stalled: (queue) => queue.lastMinute.stalled,
  in: (queue) => queue.lastMinute.arrived,
  out: (queue) => queue.lastMinute.completed,
  // What does not become empty takes the longest.
  drain: ({ backlog, forecast }) => ((backlog ?? 0) > 0 && forecast ? (forecast.drain?.ms ?? Number.MAX_VALUE) : null),
  run: (queue) => queue.lastMinute.runMs.p95,
  wait: (queue) => queue.lastMinute.waitMs.p95,
  workers: (queue) => queue.workers,
};

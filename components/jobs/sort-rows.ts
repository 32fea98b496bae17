import type { JobRow } from '@/lib/domain/job';
import { runMs, waitMs } from '../job/job-times';

/** Columns by which the rows at hand can be put in order; the state's own order is `null`. */
export const SORT_KEYS = ['id', 'name', 'error', 'attempts', 'priority', 'wait', 'run', 'time'] as const;
export type SortKey = (typeof SORT_KEYS)[number];
export type RowSort = { key: SortKey; isDescending: boolean };

const TEXT_KEYS = new Set<SortKey>(['id', 'name', 'error']);
const collator = new Intl.Collator('en', { numeric: true });

/** Rows in an order of their own; what is unknown stands last in either direction. */
export function sortRows(
  jobs: readonly JobRow[],
  sort: RowSort | null,
  timeOf: (job: JobRow) => number | null,
  now: number,
): JobRow[] {
  if (sort === null) return [...jobs];
  const { key, isDescending } = sort;
  const valueOf = (job: JobRow): number | string | null => {
    if (key === 'attempts') return job.attemptsMade;
    if (key === 'wait') return waitMs(job);
    if (key === 'run') return runMs(job, now);
    if (key === 'time') return timeOf(job);
    return key === 'error' ? job.failedReason : job[key];
  };
  const rows = jobs.map((job) => ({ job, value: valueOf(job) }));
  rows.sort((one, two) => {
    if (one.value === null || two.value === null) return Number(one.value === null) - Number(two.value === null);
    const distance =
      typeof one.value === 'number' && typeof two.value === 'number'
        ? one.value - two.value
        : collator.compare(String(one.value), String(two.value));
    return isDescending ? -distance : distance;
  });
  return rows.map(({ job }) => job);
}

/** `run.desc` → that order; `null` for anything else. */
export function parseRowSort(text: string | null): RowSort | null {
  const [key, direction] = (text ?? '').split('.');
  const known = SORT_KEYS.find((each) => each === key);
  return known === undefined || (direction !== 'asc' && direction !== 'desc')
    ? null
    : { key: known, isDescending: direction === 'desc' };
}

/** What a click on a column's head makes of the order: its natural direction, the other, then the state's own again. */
export function nextRowSort(sort: RowSort | null, key: SortKey): string | null {
  const startsDescending = !TEXT_KEYS.has(key);
  if (sort?.key !== key) return `${key}.${startsDescending ? 'desc' : 'asc'}`;
  return sort.isDescending === startsDescending ? `${key}.${startsDescending ? 'asc' : 'desc'}` : null;
}

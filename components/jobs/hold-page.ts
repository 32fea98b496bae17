import type { JobPage } from '@/lib/domain/job';

/** A page that stands still while a newer one is known: rows keep their places, changes are counted. */
export type HeldPage = {
  page: JobPage;
  /** Jobs that the newer page has on top and this one has not. */
  newCount: number;
  /** Rows that are no longer in the state. */
  gone: ReadonlySet<string>;
};

const NONE: ReadonlySet<string> = new Set();

/**
 * What is shown of a list whose newest jobs come in at the top. Rows that are still there show their newest values; a row
 * that the fresh page lacks has left the state, unless newer ones pushed it over the end of the page.
 * @param isFirst only the first page gets new jobs on top
 */
export function holdPage(shown: JobPage, fresh: JobPage, isFirst: boolean): HeldPage {
  const freshById = new Map(fresh.jobs.map((job) => [job.id, job]));
  const known = new Set(shown.jobs.map(({ id }) => id));
  const lastAt = fresh.nextCursor === null ? null : (fresh.jobs.at(-1)?.finishedOn ?? null);
  const gone = shown.jobs.filter(
    ({ id, finishedOn }) =>
      !freshById.has(id) &&
      (fresh.nextCursor === null || lastAt === null || finishedOn === null || finishedOn > lastAt),
  );
  const newest = shown.jobs[0]?.finishedOn ?? null;
  const added = isFirst
    ? fresh.jobs.filter(({ id, finishedOn }) => !known.has(id) && (newest === null || (finishedOn ?? 0) >= newest))
    : [];
  const isFull = fresh.nextCursor !== null && added.length === fresh.jobs.length;
  const newCount = isFull ? Math.max(added.length, fresh.total - shown.total) : added.length;
  return {
    page: { ...shown, total: fresh.total, jobs: shown.jobs.map((job) => freshById.get(job.id) ?? job) },
    newCount,
    gone: gone.length === 0 ? NONE : new Set(gone.map(({ id }) => id)),
  };
}

import { titleOf } from '../failures/title';
import type { JobRow } from '../domain/job';
import { whyNoUndo, type Preview, type PreviewBody, type Tally } from '../domain/operation';
import type { BulkJobs } from '../sources/bulk-jobs';
import type { JobScan, ScanRequest } from '../sources/job-scan';
import type { QueueRef } from '../sources/source';
import type { HiddenJobs } from './hidden-jobs';
import { readQuery } from './read-query';

/** Jobs whose names and errors are read for a preview. */
const SAMPLE = 500;
const BUDGET_MS = 400;
const MAX_TALLIES = 12;
const MAX_TEXT = 160;

type Parts = { bulk: BulkJobs; scan: JobScan; hidden: HiddenJobs };

/**
 * Looks at what an operation would do, for about 400 ms. The first call reads names and errors of the newest 500 jobs
 * found; a caller that goes on with `nextCursor` only counts.
 */
export async function preview(
  { bulk, scan, hidden }: Parts,
  queue: QueueRef,
  queueKey: string,
  { action, target, until: given, cursor: from }: PreviewBody,
): Promise<Preview> {
  const cursor = from ?? null;
  const until = given ?? (await bulk.now());
  const { state } = target;
  const undoRoom = action === 'remove' && whyNoUndo(state) === null ? await hidden.room(queueKey) : null;
  const base = { until, refusal: bulk.refusal(queue, action, state), undoRoom };
  if (target.by === 'ids') {
    const rows = await bulk.rows(queue, state, target.ids);
    return {
      ...base,
      ...described(rows),
      matched: rows.length,
      scanned: target.ids.length,
      of: target.ids.length,
      nextCursor: null,
    };
  }
  const query = readQuery(target.query, until);
  const request: Omit<ScanRequest, 'order' | 'maxHits'> = { state, query, until, cursor, budgetMs: BUDGET_MS };
  if (cursor !== null) {
    const page = await scan.ids(queue, { ...request, order: 'newest', maxHits: 20_000 });
    const shown = await hidden.which(
      queueKey,
      state,
      page.hits.map(({ id, score }) => ({ id, finishedOn: score })),
    );
    const hits = page.hits.filter((_, at) => !shown[at]);
    const scores = whyNoUndo(state) === null ? hits.map(({ score }) => score).filter((score) => score !== null) : [];
    return {
      ...base,
      ...NOTHING_READ,
      matched: hits.length,
      scanned: page.scanned,
      of: page.of,
      nextCursor: page.nextCursor,
      oldest: scores.length === 0 ? null : Math.min(...scores),
      newest: scores.length === 0 ? null : Math.max(...scores),
    };
  }
  const page = await scan.rows(queue, { ...request, order: 'newest', maxHits: SAMPLE });
  const isHidden = await hidden.which(queueKey, state, page.hits);
  const rows = page.hits.filter((_, at) => !isHidden[at]);
  const found = { ...base, ...described(rows), matched: rows.length, scanned: page.scanned, of: page.of };
  if (query.terms.length > 0 || page.nextCursor === null) return { ...found, nextCursor: page.nextCursor };
  // Everything is meant: its number is known without looking at each.
  const [count, oldest, hiddenCount] = await Promise.all([
    bulk.count(queue, { state, until }),
    scan.rows(queue, { ...request, order: 'oldest', maxHits: 1 }),
    hidden.count(queueKey, state),
  ]);
  const all = Math.max(0, count - hiddenCount);
  return {
    ...found,
    matched: all,
    scanned: count,
    of: count,
    nextCursor: null,
    oldest: timesOf(oldest.hits).oldest ?? found.oldest,
  };
}

const NOTHING_READ = { sampled: 0, names: [], errors: [] };

function described(rows: readonly JobRow[]): Pick<Preview, 'oldest' | 'newest' | 'sampled' | 'names' | 'errors'> {
  return {
    ...timesOf(rows),
    sampled: rows.length,
    names: tallies(rows.map(({ name }) => name ?? '(no name)')),
    errors: tallies(rows.flatMap(({ failedReason }) => (failedReason === null ? [] : [titleOf(failedReason)]))),
  };
}

function timesOf(rows: readonly JobRow[]): { oldest: number | null; newest: number | null } {
  const times = rows.map(({ finishedOn, timestamp }) => finishedOn ?? timestamp).filter((at) => at !== null);
  return times.length === 0
    ? { oldest: null, newest: null }
    : { oldest: Math.min(...times), newest: Math.max(...times) };
}

/** The most frequent texts; what is left over is counted together. */
export function tallies(texts: readonly string[]): Tally[] {
  const counts = new Map<string, number>();
  for (const text of texts) {
    const line = text.split('\n', 1)[0]?.slice(0, MAX_TEXT) ?? '';
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  const sorted = [...counts].map(([text, count]) => ({ text, count })).sort((a, b) => b.count - a.count);
  if (sorted.length <= MAX_TALLIES) return sorted;
  const rest = sorted.slice(MAX_TALLIES - 1);
  return [
    ...sorted.slice(0, MAX_TALLIES - 1),
    { text: `${rest.length} others`, count: rest.reduce((sum, { count }) => sum + count, 0) },
  ];
}

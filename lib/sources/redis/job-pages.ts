import { AppError } from '../../domain/errors';
import type { Redis } from '../../redis/connection';
import type { JobPageRequest } from '../source';
import { decodeCursor, encodeCursor, listPage, readZset, type Entries, type JobSet, type Position } from './job-sets';

/** Ids of a page and the way on in both directions. `start` is the first one's place in the order, from 0. */
export type PagePlace = {
  entries: Entries;
  nextCursor: string | null;
  previousCursor: string | null;
  start: number | null;
  total: number;
};

/** Asks for the page at the end, in place of a cursor. */
const LAST = 'last';
/** Before a cursor that asks for the page that ends in front of it. */
const BACK = 'b.';

/**
 * A page of a state at either end, after or before a cursor, or at a time: O(page), wherever it is in a set, and near
 * either end of a list.
 * @throws AppError `bad-request` for a cursor that is not one, `unsupported` for a time in a state that has no order by time
 */
export async function readPage(
  redis: Redis,
  base: string,
  set: JobSet,
  { order, cursor, limit, at = null }: Omit<JobPageRequest, 'state'>,
): Promise<PagePlace> {
  const key = `${base}:${set.key}`;
  if (set.type === 'list') {
    if (at !== null) throw noTimes();
    return readListPage(redis, key, order, cursor, limit);
  }
  if (cursor === null) {
    const fromScore = at === null ? null : scoreAt(set, at, order);
    return withCursors(await forward(redis, key, order, { fromScore }, limit));
  }
  if (cursor === LAST) return withCursors(await backward(redis, key, order, null, limit));
  const isBack = cursor.startsWith(BACK);
  const position = decodeCursor(isBack ? cursor.slice(BACK.length) : cursor, 'zset');
  if (position.type !== 'zset') throw new AppError('internal', 'A cursor of a set is one of a set.');
  if (!isBack) return withCursors(await forward(redis, key, order, { after: position }, limit));
  const page = await backward(redis, key, order, position, limit);
  // A page that would begin before the first job is the first page.
  return withCursors(page.hasBefore ? page : await forward(redis, key, order, {}, limit));
}

type Found = { entries: Entries; hasNext: boolean; start: number; total: number };

async function forward(
  redis: Redis,
  key: string,
  order: 'newest' | 'oldest',
  from: { after?: Position; fromScore?: number | null },
  limit: number,
): Promise<Found> {
  const { hasMore, ...found } = await readZset(redis, key, order, from, limit);
  return { ...found, hasNext: hasMore };
}

async function backward(
  redis: Redis,
  key: string,
  order: 'newest' | 'oldest',
  before: Position | null,
  limit: number,
): Promise<Found & { hasBefore: boolean }> {
  const opposite = order === 'newest' ? 'oldest' : 'newest';
  const { entries, hasMore, start: after, total } = await readZset(redis, key, opposite, { after: before }, limit);
  // What comes or goes between two commands of a pipeline may put it off by as many.
  const start = Math.max(0, total - after - entries.length);
  return { entries: entries.reverse(), hasNext: before !== null, hasBefore: hasMore, start, total };
}

function withCursors({ entries, hasNext, start, total }: Found): PagePlace {
  const [first] = entries;
  const last = entries.at(-1);
  const cursorOf = ({ id, score }: Entries[number]) => encodeCursor({ type: 'zset', score: String(score), member: id });
  return {
    entries,
    nextCursor: last && hasNext ? cursorOf(last) : null,
    previousCursor: first && start > 0 ? BACK + cursorOf(first) : null,
    start: first ? start : null,
    total,
  };
}

async function readListPage(
  redis: Redis,
  key: string,
  order: 'newest' | 'oldest',
  cursor: string | null,
  limit: number,
): Promise<PagePlace> {
  let skip = 0;
  if (cursor === LAST) skip = Math.max(0, (await redis.llen(key)) - limit);
  else if (cursor !== null) {
    const position = decodeCursor(cursor, 'list');
    skip = position.type === 'list' ? position.skip : 0;
  }
  const page = await listPage(redis, key, order, skip, limit);
  const previous = encodeCursor({ type: 'list', skip: Math.max(0, skip - limit) });
  return { ...page, previousCursor: skip > 0 ? previous : null, start: page.entries.length > 0 ? skip : null };
}

function scoreAt(set: JobSet & { type: 'zset' }, at: number, order: 'newest' | 'oldest'): number {
  if (set.score === 'finishedOn') return at;
  // The low 12 bits count the jobs that are due in the same ms.
  if (set.score === 'due') return order === 'newest' ? at * 0x1000 + 0xfff : at * 0x1000;
  throw noTimes();
}

function noTimes(): AppError {
  return new AppError('unsupported', 'The jobs of this state are not in the order of a time.');
}

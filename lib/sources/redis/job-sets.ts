import type { Redis } from '../../redis/connection';
import { AppError } from '../../domain/errors';
import type { JobState, QueueKind } from '../../domain/queue';

/** Where a state's job ids lie: a list (head = last added) or a sorted set, and what its score means. */
export type JobSet =
  { key: string; type: 'list' } | { key: string; type: 'zset'; score: 'finishedOn' | 'due' | 'order' };

const SETS: Record<JobState, (kind: QueueKind) => JobSet | null> = {
  waiting: () => ({ key: 'wait', type: 'list' }),
  active: () => ({ key: 'active', type: 'list' }),
  paused: () => ({ key: 'paused', type: 'list' }),
  delayed: () => ({ key: 'delayed', type: 'zset', score: 'due' }),
  completed: () => ({ key: 'completed', type: 'zset', score: 'finishedOn' }),
  failed: () => ({ key: 'failed', type: 'zset', score: 'finishedOn' }),
  prioritized: (kind) => (kind === 'bullmq' ? { key: 'prioritized', type: 'zset', score: 'order' } : null),
  'waiting-children': (kind) => (kind === 'bullmq' ? { key: 'waiting-children', type: 'zset', score: 'order' } : null),
};

/** @throws AppError `unsupported` for a state that the kind does not have */
export function jobSetOf(kind: QueueKind, state: JobState): JobSet {
  const set = SETS[state](kind);
  if (!set) throw new AppError('unsupported', `A ${kind} queue has no state "${state}".`);
  return set;
}

/** Both libraries keep the due time of a delayed job as ms × 4096 plus a counter in the low 12 bits. */
export function dueTime(score: number): number {
  return Math.floor(score / 0x1000);
}

/** Position to go on from. Lists: how many jobs to skip. Sets: the last job shown, by score and id. */
type Cursor = { type: 'list'; skip: number } | { type: 'zset'; score: string; member: string };

export function encodeCursor(cursor: Cursor): string {
  const parts = cursor.type === 'list' ? ['l', cursor.skip] : ['z', cursor.score, cursor.member];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @throws AppError `bad-request` when `text` is not a cursor for this type of set */
export function decodeCursor(text: string, type: JobSet['type']): Cursor {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(parts)) {
      const [tag, first, second] = parts as unknown[];
      if (type === 'list' && tag === 'l' && Number.isSafeInteger(first) && (first as number) >= 0)
        return { type: 'list', skip: first as number };
      if (
        type === 'zset' &&
        tag === 'z' &&
        typeof first === 'string' &&
        first !== '' &&
        Number.isFinite(Number(first)) &&
        typeof second === 'string'
      )
        return { type: 'zset', score: first, member: second };
    }
  } catch {
    // reported below
  }
  throw new AppError('bad-request', 'The cursor is not one that this list gave out.', {
    invalidParams: [{ path: 'cursor', message: 'expected a nextCursor of the same list' }],
  });
}

export type IdPage = { entries: { id: string; score: number | null }[]; nextCursor: string | null; total: number };

/**
 * One page of ids: O(page) for sets and near either end of a list.
 * `newest` starts at the job added, finished or due last.
 */
export async function readIds(
  redis: Redis,
  base: string,
  set: JobSet,
  order: 'newest' | 'oldest',
  cursorText: string | null,
  limit: number,
): Promise<IdPage> {
  const key = `${base}:${set.key}`;
  const cursor = cursorText === null ? null : decodeCursor(cursorText, set.type);
  return set.type === 'list'
    ? listPage(redis, key, order, cursor?.type === 'list' ? cursor.skip : 0, limit)
    : zsetPage(redis, key, order, cursor?.type === 'zset' ? cursor : null, limit);
}

/** A page of a list, `skip` jobs from its beginning in `order`. */
export async function listPage(
  redis: Redis,
  key: string,
  order: 'newest' | 'oldest',
  skip: number,
  limit: number,
): Promise<IdPage> {
  const range: [number, number] = order === 'newest' ? [skip, skip + limit - 1] : [-(skip + limit), -(skip + 1)];
  const pipeline = redis.pipeline().llen(key).lrange(key, range[0], range[1]);
  const [total, ids] = (await results(pipeline)) as [number, string[]];
  // A negative range that reaches over the left end would repeat jobs: LRANGE clamps it.
  const overshoot = order === 'oldest' ? Math.max(0, skip + limit - total) : 0;
  const page = (overshoot > 0 ? ids.slice(0, Math.max(0, limit - overshoot)) : ids).filter(
    (id) => !id.startsWith('0:'),
  );
  if (order === 'oldest') page.reverse();
  const nextSkip = skip + limit;
  return {
    entries: page.map((id) => ({ id, score: null })),
    nextCursor: nextSkip < total ? encodeCursor({ type: 'list', skip: nextSkip }) : null,
    total,
  };
}

/** Jobs of the cursor's own score that are read past before their number is asked for. */
const TIES_READ_PAST = 100;

export type Position = { score: string; member: string };
export type Entries = IdPage['entries'];

/**
 * Reads by score, so that jobs that come or go elsewhere shift nothing. Jobs of one score are ordered by id; those up
 * to the cursor's are read past.
 */
async function zsetPage(
  redis: Redis,
  key: string,
  order: 'newest' | 'oldest',
  after: Position | null,
  limit: number,
): Promise<IdPage> {
  const { entries, hasMore, total } = await readZset(redis, key, order, { after }, limit);
  const last = entries.at(-1);
  const nextCursor =
    last && hasMore ? encodeCursor({ type: 'zset', score: String(last.score), member: last.id }) : null;
  return { entries, nextCursor, total };
}

/**
 * `limit` entries of a sorted set beyond a job, or from a score on (inclusive), or from the beginning of the order.
 * `start`: how many of the set come before them.
 */
export async function readZset(
  redis: Redis,
  key: string,
  order: 'newest' | 'oldest',
  { after = null, fromScore = null }: { after?: Position | null; fromScore?: number | null },
  limit: number,
): Promise<{ entries: Entries; hasMore: boolean; start: number; total: number }> {
  const wanted = limit + 1 + (after ? TIES_READ_PAST : 0);
  const from = after?.score ?? (fromScore === null ? null : String(fromScore));
  const pipeline = redis.pipeline().zcard(key);
  if (order === 'newest') pipeline.zrevrangebyscore(key, from ?? '+inf', '-inf', 'WITHSCORES', 'LIMIT', 0, wanted);
  else pipeline.zrangebyscore(key, from ?? '-inf', '+inf', 'WITHSCORES', 'LIMIT', 0, wanted);
  if (from !== null) countBefore(pipeline, key, order, from);
  const [total, flat, before = 0] = (await results(pipeline)) as [number, string[], number?];
  const read = toEntries(flat);
  let rest = after ? read.filter((entry) => isBeyond(entry, after, order)) : read;
  let start = before + read.length - rest.length;
  if (after && rest.length <= limit && read.length === wanted)
    ({ entries: rest, start } = await readPastTies(redis, key, order, after, limit + 1));
  return { entries: rest.slice(0, limit), hasMore: rest.length > limit, start, total };
}

/** Asks how many come before all of a score. */
function countBefore(pipeline: Pipeline, key: string, order: 'newest' | 'oldest', score: string): Pipeline {
  return order === 'newest' ? pipeline.zcount(key, `(${score}`, '+inf') : pipeline.zcount(key, '-inf', `(${score}`);
}

/** Many jobs share the cursor's score: its rank among them is found by halving, should the job itself have gone. */
async function readPastTies(
  redis: Redis,
  key: string,
  order: 'newest' | 'oldest',
  after: Position,
  wanted: number,
): Promise<{ entries: Entries; start: number }> {
  const range = async (start: number, end: number) =>
    toEntries(
      order === 'newest'
        ? await redis.zrevrange(key, start, end, 'WITHSCORES')
        : await redis.zrange(key, start, end, 'WITHSCORES'),
    );
  const counts = countBefore(redis.pipeline(), key, order, after.score).zcount(key, after.score, after.score);
  let [low, high] = (await results(counts)) as [number, number];
  high += low;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [entry] = await range(middle, middle);
    if (entry === undefined || isBeyond(entry, after, order)) high = middle;
    else low = middle + 1;
  }
  const entries = await range(low, low + wanted - 1);
  return { entries: entries.filter((entry) => isBeyond(entry, after, order)), start: low };
}

function toEntries(flat: readonly string[]): Entries {
  const entries: Entries = [];
  for (let i = 0; i + 1 < flat.length; i += 2) entries.push({ id: flat[i] as string, score: Number(flat[i + 1]) });
  return entries;
}

/** Sorted sets order members of one score by their bytes. */
function isBeyond({ id, score }: Entries[number], after: Position, order: 'newest' | 'oldest'): boolean {
  const byScore = (score ?? 0) - Number(after.score);
  const distance = byScore !== 0 ? byScore : Buffer.compare(Buffer.from(id), Buffer.from(after.member));
  return order === 'newest' ? distance < 0 : distance > 0;
}

type Pipeline = ReturnType<Redis['pipeline']>;

/** As `results`, but a key of another type than expected counts as one that is not there: `null`. */
export async function resultsOrNull(pipeline: Pipeline): Promise<unknown[]> {
  const replies = (await pipeline.exec()) ?? [];
  return replies.map(([error, value]) => {
    if (error && !/WRONGTYPE/.test(error.message)) throw error;
    return error ? null : value;
  });
}

/** Values of a pipeline; throws its first error. */
export async function results(pipeline: Pipeline): Promise<unknown[]> {
  const replies = (await pipeline.exec()) ?? [];
  return replies.map(([error, value]) => {
    if (error) throw error;
    return value;
  });
}

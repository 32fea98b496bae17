import type { Redis } from '../../redis/connection';
import type { CleanableState } from '../../domain/control';
import { jobSetOf, readIds, results } from './job-sets';
import { baseOf } from './keys';
import { removeSkeletons, type Clearer } from './remove-many';

/** Jobs that one script takes away: some milliseconds of the broker. */
const CHUNK = 100;
/** Of a list: each script of the libraries also goes through the whole of it once, so that small parts cost more in all. */
const LIST_CHUNK = 250;

/** What one chunk did. `cursor: null`: nothing more of this state is to be taken. */
export type Chunk = { removed: number; cursor: string | null };

const GO_ON = 'go on';

/**
 * Takes one chunk of a state's jobs that ended, or were made or last tried, at `until` (ms) or before; `Infinity`
 * takes all. `spared`: ids that stay whatever their age.
 */
export async function clearChunk(
  clearer: Clearer,
  state: CleanableState,
  until: number,
  spared: ReadonlySet<string>,
  cursor: string | null,
): Promise<Chunk> {
  const { ref, library } = clearer;
  if (state === 'completed' || state === 'failed') return cleanByScript(clearer, state, until, CHUNK);
  if (state === 'waiting' || state === 'paused')
    return library.library === 'bull'
      ? clearBullList(clearer, state, until, spared)
      : cleanByScript(clearer, state, until, LIST_CHUNK + spared.size);
  // Sets in an order that is not that of age: the script looks at the first only, and would stop at a young one.
  if (Number.isFinite(until) || ref.kind === 'bull') return walk(clearer, state, until, spared, cursor);
  return cleanByScript(clearer, state, until, CHUNK + spared.size);
}

/** The library's own script with a limit. It spares what schedulers need, except in Bull. */
async function cleanByScript(
  { library }: Clearer,
  state: CleanableState,
  until: number,
  limit: number,
): Promise<Chunk> {
  const type = state === 'waiting' ? 'wait' : state;
  const ids =
    library.library === 'bull'
      ? // Bull takes what is older, BullMQ also what is as old.
        await library.queue.clean(graceOf(until + 1), type as 'completed', limit)
      : await library.queue.clean(graceOf(until), limit, type as 'completed');
  const isList = type === 'wait' || type === 'paused';
  return { removed: ids.length, cursor: ids.length === 0 || (!isList && ids.length < CHUNK) ? null : GO_ON };
}

/** The scripts compare times as texts, so that a time without end must have as many digits as any other. */
const END_OF_TIME = 9_999_999_000_000;

/** The libraries count age from their own "now". */
function graceOf(until: number): number {
  return Date.now() - Math.min(until, END_OF_TIME);
}

/**
 * Bull's script, given a limit, searches the whole list for that many old jobs in one go, and spares nothing. So it is
 * called only when the jobs at the old end are all to go; else they are taken one by one.
 */
async function clearBullList(
  clearer: Clearer,
  state: 'waiting' | 'paused',
  until: number,
  spared: ReadonlySet<string>,
): Promise<Chunk> {
  const { redis, ref } = clearer;
  const base = baseOf(ref.id);
  const ids = await redis.lrange(`${base}:${state === 'waiting' ? 'wait' : 'paused'}`, -LIST_CHUNK, -1);
  const old = await oldOnes(redis, base, ids, until, spared);
  if (old.length === 0) return { removed: 0, cursor: null };
  if (old.length === ids.length) {
    const { removed } = await cleanByScript(clearer, state, until, ids.length);
    return { removed, cursor: removed === 0 ? null : GO_ON };
  }
  const removed = await removeSkeletons(clearer, old);
  return { removed, cursor: removed === 0 ? null : GO_ON };
}

/** Page by page through a sorted set, one script a job. */
async function walk(
  clearer: Clearer,
  state: CleanableState,
  until: number,
  spared: ReadonlySet<string>,
  cursor: string | null,
): Promise<Chunk> {
  const { redis, ref } = clearer;
  const base = baseOf(ref.id);
  const page = await readIds(redis, base, jobSetOf(ref.kind, state), 'oldest', cursor === GO_ON ? null : cursor, CHUNK);
  const old = await oldOnes(
    redis,
    base,
    page.entries.map(({ id }) => id),
    until,
    spared,
  );
  return { removed: await removeSkeletons(clearer, old), cursor: page.nextCursor };
}

async function oldOnes(
  redis: Redis,
  base: string,
  ids: readonly string[],
  until: number,
  spared: ReadonlySet<string>,
): Promise<string[]> {
  const candidates = ids.filter((id) => !spared.has(id));
  if (candidates.length === 0 || !Number.isFinite(until)) return candidates;
  const pipeline = redis.pipeline();
  for (const id of candidates) pipeline.hmget(`${base}:${id}`, 'finishedOn', 'processedOn', 'timestamp');
  const times = (await results(pipeline)) as (string | null)[][];
  return candidates.filter((_, index) => {
    const at = times[index]?.find((time) => time !== null);
    return at == null || Number(at) <= until;
  });
}

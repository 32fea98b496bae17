import type { Redis } from '../../redis/connection';
import type { CleanableState } from '../../domain/control';
import { brokerTime } from './broker-time';
import { cleanList } from './clean-list';
import { jobSetOf, readIds, results } from './job-sets';
import { baseOf } from './keys';
import { removeSkeletons, type Clearer } from './remove-many';

/** What one chunk did. `cursor: null`: nothing more of this state is to be taken. `ms`: a script's time of the broker. */
export type Chunk = { removed: number; cursor: string | null; ms: number | null };
/** Takes at most `size` jobs. `until` (ms); `spared`: ids that stay whatever their age. */
export type ChunkTask = {
  state: CleanableState;
  until: number;
  spared: ReadonlySet<string>;
  cursor: string | null;
  size: number;
};

const GO_ON = 'go on';

/**
 * Takes one chunk of a state's jobs that ended, or were made or last tried, at `until` or before; `Infinity` takes all.
 */
export async function clearChunk(clearer: Clearer, task: ChunkTask): Promise<Chunk> {
  const { ref, library } = clearer;
  const { state, until } = task;
  if (state === 'completed' || state === 'failed') return cleanSet(clearer, task, task.size);
  if (state === 'waiting' || state === 'paused')
    return library.library === 'bull' ? clearBullList(clearer, task) : cleanEnd(clearer, task);
  // Sets in an order that is not that of age: the script looks at the first only, and would stop at a young one.
  if (Number.isFinite(until) || ref.kind === 'bull') return walk(clearer, task);
  return cleanSet(clearer, task, task.size + task.spared.size);
}

/** The library's own `clean` of a sorted set with a limit. It spares what schedulers need, except in Bull. */
async function cleanSet({ redis, library }: Clearer, { state, until, size }: ChunkTask, limit: number): Promise<Chunk> {
  const { value: ids, ms } = await brokerTime<unknown[]>(redis, () =>
    library.library === 'bull'
      ? // Bull takes what is older, BullMQ also what is as old.
        library.queue.clean(graceOf(until + 1), state as 'completed', limit)
      : library.queue.clean(graceOf(until), limit, state as 'completed'),
  );
  return { removed: ids.length, cursor: ids.length < size ? null : GO_ON, ms };
}

/** The library's own script over the old end of a list. */
async function cleanEnd({ redis, library }: Clearer, { state, until, size, spared }: ChunkTask): Promise<Chunk> {
  const list = state === 'waiting' ? 'wait' : 'paused';
  const by = Math.min(library.library === 'bull' ? until + 1 : until, END_OF_TIME);
  const { value: ids, ms } = await brokerTime(redis, () => cleanList(redis, library, list, by, size + spared.size));
  return { removed: ids.length, cursor: ids.length === 0 ? null : GO_ON, ms };
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
async function clearBullList(clearer: Clearer, task: ChunkTask): Promise<Chunk> {
  const { redis, ref } = clearer;
  const { state, until, spared, size } = task;
  const base = baseOf(ref.id);
  const ids = await redis.lrange(`${base}:${state === 'waiting' ? 'wait' : 'paused'}`, -size, -1);
  const old = await oldOnes(redis, base, ids, until, spared);
  if (old.length === 0) return { removed: 0, cursor: null, ms: null };
  if (old.length === ids.length) return cleanEnd(clearer, { ...task, size: ids.length, spared: new Set() });
  const removed = await removeSkeletons(clearer, old);
  return { removed, cursor: removed === 0 ? null : GO_ON, ms: null };
}

/** Page by page through a sorted set, one script a job. */
async function walk(clearer: Clearer, { state, until, spared, cursor, size }: ChunkTask): Promise<Chunk> {
  const { redis, ref } = clearer;
  const base = baseOf(ref.id);
  const page = await readIds(redis, base, jobSetOf(ref.kind, state), 'oldest', cursor === GO_ON ? null : cursor, size);
  const old = await oldOnes(
    redis,
    base,
    page.entries.map(({ id }) => id),
    until,
    spared,
  );
  return { removed: await removeSkeletons(clearer, old), cursor: page.nextCursor, ms: null };
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

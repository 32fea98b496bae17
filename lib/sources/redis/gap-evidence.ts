import type { Redis } from '../../redis/connection';
import { valuesOfEach } from '../../redis/cluster';
import type { Witness } from '../position';
import type { Finished } from './gap-repair';
import { results } from './job-sets';
import type { Watched } from './watched';

/** Finished jobs of one queue that are read one by one. */
export const MAX_FINISHED = 5_000;
/** Unfinished jobs of one queue that are looked through for such as were brought back. */
const MAX_UNFINISHED = 500;
/** Job hashes asked at once, and their options up to this many bytes. */
const HASHES_AT_ONCE = 500;
const MAX_OPTIONS_BYTES = 4_096;
/** Points of a library's own metrics that are read: one a minute. */
const MAX_POINTS = 180;
const MINUTE_MS = 60_000;

const STATES = ['completed', 'failed'] as const;

/**
 * `heard`: those whose last end was heard; an earlier one may have been missed. `isAmbiguous`: of some it cannot be said
 * whether their end was heard, or an earlier one of the same job.
 */
export type FinishedSets = { finished: Finished[]; heard: Finished[]; isCut: boolean; isAmbiguous: boolean };

/** Our idea of the broker's clock is good to this (ms). */
const CLOCK_ERROR_MS = 50;

/** Jobs that finished after `from` (ms), as far as they are kept, and have not been heard of. `heardEnds`: by job, ms. */
export async function readFinished(
  redis: Redis,
  { base }: Watched,
  from: number,
  heardEnds: ReadonlyMap<string, number>,
): Promise<FinishedSets> {
  const pipeline = redis.pipeline();
  for (const state of STATES)
    pipeline.zrangebyscore(`${base}:${state}`, `(${from}`, '+inf', 'WITHSCORES', 'LIMIT', 0, MAX_FINISHED + 1);
  const replies = (await results(pipeline)) as string[][];
  const finished: Finished[] = [];
  const heard: Finished[] = [];
  let [isCut, isAmbiguous] = [false, false];
  for (const [index, type] of STATES.entries()) {
    const reply = replies[index] ?? [];
    isCut ||= reply.length > 2 * MAX_FINISHED;
    for (let n = 0; n + 1 < reply.length && n < 2 * MAX_FINISHED; n += 2) {
      const [id, at] = [reply[n] as string, Number(reply[n + 1])];
      const isHeard = at <= (heardEnds.get(id) ?? -Infinity) + CLOCK_ERROR_MS;
      // It ended again, or its worker's clock is ahead.
      isAmbiguous ||= !isHeard && heardEnds.has(id);
      (isHeard ? heard : finished).push({ id, type, at, facts: null });
    }
  }
  return { finished, heard, isCut, isAmbiguous };
}

/** Of each queue whether its witness is there still, so that it was not emptied and begun anew; `false` without one. */
export async function areTheSame(
  redis: Redis,
  asked: readonly { base: string; witness: Witness | undefined }[],
): Promise<boolean[]> {
  const replies = await valuesOfEach(
    redis,
    asked,
    ({ base }) => base,
    (pipeline, { base, witness }) => pipeline.hget(`${base}:${witness?.jobId ?? ''}`, 'timestamp'),
  );
  return asked.map(({ witness }, index) => witness !== undefined && replies[index]?.[0] === witness.timestamp);
}

/** Ends a minute as the library counted them itself: start of the minute (ms) → count. Empty where workers did not ask for it. */
export async function readMetrics(
  redis: Redis,
  { base }: Watched,
): Promise<Record<'completed' | 'failed', Map<number, number>>> {
  const pipeline = redis.pipeline();
  for (const state of STATES) {
    pipeline.hget(`${base}:metrics:${state}`, 'prevTS');
    pipeline.lrange(`${base}:metrics:${state}:data`, 0, MAX_POINTS - 1);
  }
  const replies = await results(pipeline);
  const points = (index: number) => {
    const newest = Math.floor(Number(replies[index * 2] ?? NaN) / MINUTE_MS) * MINUTE_MS;
    const counts = (replies[index * 2 + 1] ?? []) as string[];
    return new Map(counts.map((count, n) => [newest - (n + 1) * MINUTE_MS, Number(count)]));
  };
  return { completed: points(0), failed: points(1) };
}

/**
 * Reads what the hashes of finished Bull jobs say, and whether one of them, of those `heard` or of the unfinished ones has been brought
 * back after `from` (ms): its hash says when, or it had more attempts than it was allowed.
 */
export async function readFacts(
  redis: Redis,
  { base }: Watched,
  finished: readonly Finished[],
  heard: readonly Finished[],
  from: number,
): Promise<{ finished: Finished[]; mayBeRetried: boolean }> {
  const unfinished = await readUnfinished(redis, base);
  const ended = [...finished, ...heard];
  const ids = [...ended.map(({ id }) => id), ...(unfinished ?? [])];
  const hashes: Hash[] = [];
  for (let start = 0; start < ids.length; start += HASHES_AT_ONCE)
    hashes.push(...(await readHashes(redis, base, ids.slice(start, start + HASHES_AT_ONCE))));
  const isRetried = hashes.some(({ retriedOn, attemptsMade, attempts }, index) => {
    const isFailed = ended[index]?.type === 'failed';
    return (retriedOn !== null && retriedOn > from) || attemptsMade > attempts - (isFailed ? 0 : 1);
  });
  return {
    finished: finished.map((job, index) => ({ ...job, facts: hashes[index]?.facts ?? null })),
    mayBeRetried: unfinished === null || isRetried,
  };
}

/** `null` when there are too many. */
async function readUnfinished(redis: Redis, base: string): Promise<string[] | null> {
  const pipeline = redis.pipeline();
  for (const list of ['wait', 'paused', 'active']) pipeline.lrange(`${base}:${list}`, 0, MAX_UNFINISHED);
  pipeline.zrange(`${base}:delayed`, 0, MAX_UNFINISHED);
  const ids = ((await results(pipeline)) as string[][]).flat();
  return ids.length > MAX_UNFINISHED ? null : ids;
}

type Hash = { facts: Finished['facts']; retriedOn: number | null; attemptsMade: number; attempts: number };

async function readHashes(redis: Redis, base: string, ids: readonly string[]): Promise<Hash[]> {
  const fields = ['name', 'timestamp', 'processedOn', 'retriedOn', 'attemptsMade'] as const;
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hmget(`${base}:${id}`, ...fields);
  const replies = (await results(pipeline)) as (string | null)[][];
  const hashes = replies.map(([name, addedAt, startedAt, retriedOn, attemptsMade]) => ({
    facts: {
      name: name ?? null,
      addedAt: toNumber(addedAt),
      startedAt: toNumber(startedAt),
    },
    retriedOn: toNumber(retriedOn),
    attemptsMade: Number(attemptsMade ?? 0),
    attempts: 1,
  }));
  // Only of a job that failed before does it matter how many attempts it has.
  const tried = hashes.flatMap((hash, index) => (hash.attemptsMade > 0 ? [{ hash, id: ids[index] as string }] : []));
  for (const [index, attempts] of (
    await readAttempts(
      redis,
      base,
      tried.map(({ id }) => id),
    )
  ).entries())
    Object.assign(tried[index]?.hash ?? {}, { attempts });
  return hashes;
}

async function readAttempts(redis: Redis, base: string, ids: readonly string[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const lengths = redis.pipeline();
  for (const id of ids) lengths.hstrlen(`${base}:${id}`, 'opts');
  const sizes = (await results(lengths)) as number[];
  const reads = redis.pipeline();
  for (const [index, id] of ids.entries())
    reads.hget(`${base}:${id}`, (sizes[index] ?? 0) <= MAX_OPTIONS_BYTES ? 'opts' : '-');
  return ((await results(reads)) as (string | null)[]).map((text) => attemptsIn(text));
}

function attemptsIn(options: string | null): number {
  try {
    const { attempts } = JSON.parse(options ?? '{}') as { attempts?: unknown };
    return typeof attempts === 'number' ? Math.max(1, attempts) : 1;
  } catch {
    return 1;
  }
}

function toNumber(text: string | null | undefined): number | null {
  return text == null ? null : Number(text);
}

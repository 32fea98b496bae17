import type { Redis } from '../../redis/connection';
import { COUNT_KEYS, JOB_STATES, type JobState } from '../../domain/queue';
import { median } from '../../domain/median';
import type { QueueProbe, StateSample } from '../source';
import { jobSetOf, results, type JobSet } from './job-sets';
import type { Watched } from './watched';

/** Jobs looked at in each state: so many of each end, and of sets as many anywhere. */
const OF_EACH_END = 2;
const ANYWHERE = 4;
/** Options above this size are not read. */
const MAX_OPTS = 4 * 1024;
/** Nested values of a key that MEMORY USAGE looks at. */
const SAMPLES = 3;

export type SampledStates = {
  at: number;
  states: NonNullable<QueueProbe['states']>;
  keeps: QueueProbe['keeps'];
  eventBytes: number | null;
};

type State = { state: JobState; set: JobSet; count: number; key: string };
type Job = { id: string; exists: boolean; bytes: number | null; payload: number };

/**
 * Looks at a few jobs of each state that has any: how large they are, whether they exist, whether they say when they are
 * to be removed. Three pipelines, all reads of constant (or logarithmic) time. @throws when the broker forbids one
 */
export async function sampleStates(redis: Redis, watched: Watched): Promise<Omit<SampledStates, 'at'>> {
  const states = JOB_STATES.flatMap((state): State[] => {
    const count = watched.reading?.counts[COUNT_KEYS[state]] ?? 0;
    if (count === 0) return [];
    const set = jobSetOf(watched.kind, state);
    return [{ state, set, count, key: `${watched.base}:${set.key}` }];
  });
  const ids = await idsOf(redis, states);
  const all = [...new Set(ids.flat())];
  const jobs = new Map((await readJobs(redis, watched.base, all)).map((job) => [job.id, job]));
  const gone = await confirmGone(redis, watched.base, states, ids, jobs);
  const own = redis.pipeline();
  for (const { key } of states) own.call('MEMORY', 'USAGE', key, 'SAMPLES', SAMPLES);
  own.call('MEMORY', 'USAGE', `${watched.base}:events`, 'SAMPLES', SAMPLES);
  const sizes = (await results(own)) as (number | null)[];
  const sampled: NonNullable<QueueProbe['states']> = {};
  for (const [index, { state, count }] of states.entries())
    sampled[state] = toSample(count, ids[index] ?? [], jobs, gone[index] ?? 0, sizes[index] ?? 0);
  const keepsOf = async (state: JobState, rule: string) => {
    const index = states.findIndex((one) => one.state === state);
    return index === -1 ? null : haveRule(redis, watched.base, ids[index] ?? [], rule);
  };
  const [completed, failed] = await Promise.all([
    keepsOf('completed', 'removeOnComplete'),
    keepsOf('failed', 'removeOnFail'),
  ]);
  return { states: sampled, keeps: { completed, failed }, eventBytes: sizes.at(-1) ?? null };
}

async function idsOf(redis: Redis, states: readonly State[]): Promise<string[][]> {
  const reads = redis.pipeline();
  for (const { key, set } of states) {
    if (set.type === 'list') reads.lrange(key, 0, OF_EACH_END - 1).lrange(key, -OF_EACH_END, -1);
    else {
      reads.zrange(key, 0, OF_EACH_END - 1).zrange(key, -OF_EACH_END, -1);
      reads.call('ZRANDMEMBER', key, ANYWHERE);
    }
  }
  // Redis before 6.2 has no ZRANDMEMBER: the ends are all there is.
  const replies = ((await reads.exec()) ?? []).map(([error, value]) => (error ? [] : (value as string[])));
  let next = 0;
  return states.map(({ set }) => {
    const parts = replies.slice(next, (next += set.type === 'list' ? 2 : 3));
    // Markers that BullMQ 4 and 5 left in lists are no jobs.
    return [...new Set(parts.flat())].filter((id) => !id.startsWith('0:'));
  });
}

async function readJobs(redis: Redis, base: string, ids: readonly string[]): Promise<Job[]> {
  if (ids.length === 0) return [];
  const reads = redis.pipeline();
  for (const id of ids) {
    reads.hstrlen(`${base}:${id}`, 'data').hexists(`${base}:${id}`, 'timestamp');
    reads.call('MEMORY', 'USAGE', `${base}:${id}`, 'SAMPLES', SAMPLES);
  }
  const replies = (await results(reads)) as (number | null)[];
  return ids.map((id, index) => {
    const [payload, timestamp, bytes] = replies.slice(3 * index, 3 * index + 3);
    return { id, payload: payload ?? 0, bytes: bytes ?? null, exists: bytes !== null || timestamp === 1 };
  });
}

/** Of each state how many of those that were not found are still listed and still missing: others just moved on. */
async function confirmGone(
  redis: Redis,
  base: string,
  states: readonly State[],
  ids: readonly string[][],
  jobs: ReadonlyMap<string, Job>,
): Promise<number[]> {
  const missing = ids.map((list) => list.filter((id) => jobs.get(id)?.exists === false));
  if (missing.every((list) => list.length === 0)) return states.map(() => 0);
  const [again, listed] = await Promise.all([
    readJobs(redis, base, [...new Set(missing.flat())]),
    Promise.all(
      states.map(async ({ key, set }, index) => {
        const list = missing[index] ?? [];
        if (list.length === 0) return new Set<string>();
        if (set.type === 'list')
          return new Set((await Promise.all([redis.lrange(key, 0, 9), redis.lrange(key, -10, -1)])).flat());
        const reads = redis.pipeline();
        for (const id of list) reads.zscore(key, id);
        const scores = await results(reads);
        return new Set(list.filter((_, at) => scores[at] !== null));
      }),
    ),
  ]);
  const gone = new Set(again.filter(({ exists }) => !exists).map(({ id }) => id));
  return missing.map((list, index) => list.filter((id) => gone.has(id) && listed[index]?.has(id)).length);
}

function toSample(
  count: number,
  ids: readonly string[],
  jobs: ReadonlyMap<string, Job>,
  orphans: number,
  ownBytes: number,
): StateSample {
  const found = ids.flatMap((id) => jobs.get(id) ?? []).filter(({ exists }) => exists);
  const [largest] = [...found].sort((a, b) => b.payload - a.payload);
  return {
    count,
    looked: ids.length,
    orphans,
    bytesPerJob: median(found.flatMap(({ bytes }) => bytes ?? [])),
    payloadBytes: median(found.map(({ payload }) => payload)),
    largestPayload: largest ? { jobId: largest.id, bytes: largest.payload } : null,
    ownBytes,
  };
}

/** Whether kept jobs name a rule of their removal; `null` where none could be read. */
async function haveRule(redis: Redis, base: string, ids: readonly string[], rule: string): Promise<boolean | null> {
  const some = ids.slice(0, 3);
  const lengths = redis.pipeline();
  for (const id of some) lengths.hstrlen(`${base}:${id}`, 'opts');
  const short = ((await results(lengths)) as number[]).flatMap((length, index) =>
    length > 0 && length <= MAX_OPTS ? (some[index] ?? []) : [],
  );
  if (short.length === 0) return null;
  const reads = redis.pipeline();
  for (const id of short) reads.hget(`${base}:${id}`, 'opts');
  return ((await results(reads)) as (string | null)[]).some((text) => names(text, rule));
}

/** `false` keeps all, as saying nothing does. */
function names(text: string | null, rule: string): boolean {
  try {
    const opts = JSON.parse(text ?? '{}') as Record<string, unknown>;
    return opts[rule] !== undefined && opts[rule] !== null && opts[rule] !== false;
  } catch {
    return false;
  }
}

import type { Redis } from '../../redis/connection';
import { REASON_CHARS } from '../../failures/title';
import { newestStack, STACK_TAIL_CHARS } from '../../failures/stack';
import { results } from './job-sets';

/** Fields up to this size are read as they are; of longer ones only the part that counts. */
const WHOLE_REASON_BYTES = 4 * REASON_CHARS;
const WHOLE_STACK_BYTES = 2 * STACK_TAIL_CHARS;

/** Brings the start or the end of a field that is too long to send as a whole. */
const PART = `
local text = redis.call('HGET', KEYS[1], ARGV[1])
if not text then return false end
return string.sub(text, tonumber(ARGV[2]), tonumber(ARGV[3]))
`;

/** What a failed job's hash says of its failure; `exists: false`: the hash is gone. `worker`: BullMQ's `pb`. */
export type FailureTexts = {
  exists: boolean;
  name: string | null;
  reason: string | null;
  stack: string | null;
  worker: string | null;
};

/** Error texts of jobs of any queues, in their order. */
export async function readFailureTexts(
  redis: Redis,
  jobs: readonly { base: string; jobId: string }[],
): Promise<FailureTexts[]> {
  const byQueue = new Map<string, number[]>();
  for (const [index, { base }] of jobs.entries()) byQueue.set(base, [...(byQueue.get(base) ?? []), index]);
  const texts = new Array<FailureTexts>(jobs.length);
  await Promise.all(
    [...byQueue].map(async ([base, indexes]) => {
      const read = await readTextsOf(
        redis,
        base,
        indexes.map((index) => (jobs[index] as { jobId: string }).jobId),
      );
      for (const [position, index] of indexes.entries()) texts[index] = read[position] as FailureTexts;
    }),
  );
  return texts;
}

/**
 * Reads the error texts of some jobs of one queue: lengths first, then what is short, in two pipelines. Of a long field
 * only the part that tells its kind is brought, by a script; where scripts are forbidden it counts as not there.
 */
export async function readTextsOf(redis: Redis, base: string, jobIds: readonly string[]): Promise<FailureTexts[]> {
  if (jobIds.length === 0) return [];
  const first = redis.pipeline();
  for (const jobId of jobIds) {
    const key = `${base}:${jobId}`;
    first.hstrlen(key, 'failedReason');
    first.hstrlen(key, 'stacktrace');
    first.hstrlen(key, 'name');
    first.hstrlen(key, 'timestamp');
  }
  const lengths = (await results(first)) as number[];
  const second = redis.pipeline();
  const long: { index: number; field: 'failedReason' | 'stacktrace' }[] = [];
  for (const [index, jobId] of jobIds.entries()) {
    const [reason = 0, stack = 0, name = 0] = lengths.slice(index * 4, index * 4 + 3);
    if (reason > WHOLE_REASON_BYTES) long.push({ index, field: 'failedReason' });
    if (stack > WHOLE_STACK_BYTES) long.push({ index, field: 'stacktrace' });
    // A field named nothing answers `null`, and the reply keeps its order.
    second.hmget(
      `${base}:${jobId}`,
      reason <= WHOLE_REASON_BYTES ? 'failedReason' : '',
      stack <= WHOLE_STACK_BYTES ? 'stacktrace' : '',
      name <= 1_000 ? 'name' : '',
      'pb',
    );
  }
  const texts = (await results(second)) as (string | null)[][];
  await Promise.all(
    long.map(async ({ index, field }) => {
      const range = field === 'failedReason' ? [1, WHOLE_REASON_BYTES] : [-STACK_TAIL_CHARS, -1];
      const part = await redis.eval(PART, 1, `${base}:${jobIds[index]}`, field, ...range).catch(() => null);
      (texts[index] as (string | null)[])[field === 'failedReason' ? 0 : 1] = typeof part === 'string' ? part : null;
    }),
  );
  return jobIds.map((_, index) => {
    const [reason = null, stacktrace = null, name = null, worker = null] = texts[index] ?? [];
    const exists = lengths.slice(index * 4, index * 4 + 4).some((length) => length > 0);
    return { exists, name, reason, stack: newestStack(stacktrace), worker: worker?.slice(0, 200) ?? null };
  });
}

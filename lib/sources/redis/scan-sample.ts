import type { JobState } from '../../domain/queue';
import type { Redis } from '../../redis/connection';
import type { SampledJob } from '../../search/suggest';
import { readIds, resultsOrNull, type JobSet } from './job-sets';

const FIELDS = ['name', 'failedReason', 'data', 'returnvalue'] as const;
/** Larger fields are not looked at. */
const MAX_BYTES = 8 * 1024;

/** Some jobs of a state, from both of its ends: two thirds the newest. Lengths first. */
export async function readSample(
  redis: Redis,
  base: string,
  state: JobState,
  set: JobSet,
  count: number,
): Promise<SampledJob[]> {
  const oldest = Math.floor(count / 3);
  const [newest, last] = await Promise.all([
    readIds(redis, base, set, 'newest', null, count - oldest),
    readIds(redis, base, set, 'oldest', null, oldest),
  ]);
  const ids = [...new Set([...newest.entries, ...last.entries].map(({ id }) => id))];
  if (ids.length === 0) return [];
  const lengths = redis.pipeline();
  for (const id of ids) for (const field of FIELDS) lengths.hstrlen(`${base}:${id}`, field);
  const sizes = await resultsOrNull(lengths);
  const isSmall = (index: number, at: number) => Number(sizes[index * FIELDS.length + at] ?? Infinity) <= MAX_BYTES;
  const texts = redis.pipeline();
  for (const [index, id] of ids.entries())
    texts.hmget(`${base}:${id}`, 'id', ...FIELDS.filter((_, at) => isSmall(index, at)));
  const replies = await resultsOrNull(texts);
  return ids.map((_, index) => {
    const [, ...values] = (replies[index] ?? []) as (string | null)[];
    const [name = null, error = null, data = null, result = null] = FIELDS.map((_field, at) =>
      isSmall(index, at) ? (values.shift() ?? null) : null,
    );
    return { name, error: state === 'completed' ? null : error, data, result: state === 'completed' ? result : null };
  });
}

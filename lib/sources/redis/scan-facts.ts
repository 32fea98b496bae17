import type { Redis } from '../../redis/connection';
import type { JobState } from '../../domain/queue';
import type { JobQuery } from '../../domain/search';
import { textsOf, type HashNumber, type HashText, type JobFacts } from '../../search/match-job';
import { toNumber } from './job-rows';
import { resultsOrNull, type JobSet } from './job-sets';
import type { Candidate } from './scan-chunks';
import { numbersOf } from './scan-program';

/** Fields above this are not searched. */
export const MAX_SEARCHED_BYTES = 1024 * 1024;
/** Bytes asked for in one pipeline: the broker copies them in well under a millisecond. */
const BATCH_BYTES = 512 * 1024;

/** Reads what the query looks at, of jobs that need a closer look; lengths first. Yields them in their order. */
export async function* readFacts(
  redis: Redis,
  base: string,
  state: JobState,
  set: JobSet,
  query: JobQuery,
  candidates: readonly Candidate[],
): AsyncGenerator<{ candidate: Candidate; facts: JobFacts }> {
  const texts = [...new Set(query.terms.flatMap(({ field }) => textsOf(field, state)))];
  const numbers = numbersOf(query);
  const lengths = await readLengths(redis, base, texts, candidates);
  let batch: Candidate[] = [];
  let bytes = 0;
  for (const [index, candidate] of candidates.entries()) {
    const own = (lengths[index] ?? []).reduce((sum, length) => sum + (length > MAX_SEARCHED_BYTES ? 0 : length), 0);
    if (batch.length > 0 && bytes + own > BATCH_BYTES) {
      yield* readBatch(batch, index - batch.length);
      batch = [];
      bytes = 0;
    }
    batch.push(candidate);
    bytes += own;
  }
  if (batch.length > 0) yield* readBatch(batch, candidates.length - batch.length);

  async function* readBatch(some: readonly Candidate[], from: number) {
    const pipeline = redis.pipeline();
    const wanted = some.map((_, index) =>
      texts.filter((_text, at) => {
        const length = lengths[from + index]?.[at] ?? 0;
        return length > 0 && length <= MAX_SEARCHED_BYTES;
      }),
    );
    // The id is asked for too, since HMGET needs at least one field.
    for (const [index, { id }] of some.entries())
      pipeline.hmget(`${base}:${id}`, 'id', ...numbers, ...(wanted[index] ?? []));
    const replies = await resultsOrNull(pipeline);
    for (const [index, candidate] of some.entries()) {
      const [, ...values] = (replies[index] ?? []) as (string | null)[];
      yield { candidate, facts: toFacts(candidate, values, wanted[index] ?? [], lengths[from + index] ?? []) };
    }
  }

  function toFacts(
    { id, score }: Candidate,
    values: readonly (string | null)[],
    read: readonly HashText[],
    sizes: readonly number[],
  ): JobFacts {
    const known: Partial<Record<HashNumber, number | null>> = {};
    for (const [at, name] of numbers.entries()) known[name] = toNumber(values[at]);
    if (set.type === 'zset' && set.score === 'finishedOn') known.finishedOn ??= score;
    const found = new Map(read.map((name, at) => [name, values[numbers.length + at] ?? null]));
    return {
      id,
      state,
      numbers: known,
      text: (name) => ((sizes[texts.indexOf(name)] ?? 0) > MAX_SEARCHED_BYTES ? undefined : (found.get(name) ?? null)),
    };
  }
}

async function readLengths(
  redis: Redis,
  base: string,
  texts: readonly HashText[],
  candidates: readonly Candidate[],
): Promise<number[][]> {
  if (texts.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const { id } of candidates) for (const name of texts) pipeline.hstrlen(`${base}:${id}`, name);
  const replies = (await resultsOrNull(pipeline)) as (number | null)[];
  return candidates.map((_, index) =>
    replies.slice(index * texts.length, (index + 1) * texts.length).map((length) => length ?? 0),
  );
}

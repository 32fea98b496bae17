import { isUtf8 } from 'node:buffer';
import type { Redis } from '../../redis/connection';
import type { WholeJob } from '../bulk-jobs';
import { results } from './job-sets';

/** Larger fields are left out: reading one blocks the broker for milliseconds. */
const MAX_FIELD_BYTES = 1_048_576;
/** Bytes asked for in one go. */
const MAX_BYTES = 1_048_576;
const SIZED = ['data', 'returnvalue', 'failedReason', 'stacktrace', 'opts', 'name'] as const;
const NOTHING = Buffer.alloc(0);
const SMALL = ['timestamp', 'processedOn', 'finishedOn', 'attemptsMade', 'atm', 'priority', 'delay'] as const;

/** Jobs with all that they carry, in parts of at most about 1 MB; sizes are asked first. Gone ones are left out. */
export async function* readWhole(redis: Redis, base: string, ids: readonly string[]): AsyncGenerator<WholeJob> {
  const sizing = redis.pipeline();
  for (const id of ids) for (const field of SIZED) sizing.hstrlen(`${base}:${id}`, field);
  const sizes = (await results(sizing)) as number[];
  let part: { id: string; sizes: number[] }[] = [];
  let bytes = 0;
  for (const [at, id] of ids.entries()) {
    const own = sizes.slice(at * SIZED.length, (at + 1) * SIZED.length);
    const size = own.reduce((sum, one) => sum + (one <= MAX_FIELD_BYTES ? one : 0), 0);
    if (part.length > 0 && bytes + size > MAX_BYTES) {
      yield* readPart(redis, base, part);
      part = [];
      bytes = 0;
    }
    part.push({ id, sizes: own });
    bytes += size;
  }
  yield* readPart(redis, base, part);
}

async function* readPart(
  redis: Redis,
  base: string,
  part: readonly { id: string; sizes: number[] }[],
): AsyncGenerator<WholeJob> {
  const pipeline = redis.pipeline();
  const fieldsOf = (sizes: number[]) => SIZED.filter((_, at) => (sizes[at] ?? 0) <= MAX_FIELD_BYTES);
  for (const { id, sizes } of part) pipeline.hmgetBuffer(`${base}:${id}`, ...SMALL, ...fieldsOf(sizes));
  const replies = (await results(pipeline)) as (Buffer | null)[][];
  for (const [at, { id, sizes }] of part.entries()) {
    const reply = replies[at] ?? [];
    if (reply.every((value) => value === null)) continue;
    const textAt = (index: number) => reply[index]?.toString() ?? null;
    const small = Object.fromEntries(SMALL.map((name, index) => [name, textAt(index)]));
    const read = fieldsOf(sizes);
    const texts = Object.fromEntries(read.map((name, index) => [name, textAt(SMALL.length + index)]));
    const number = (value: string | null | undefined) => (value == null || value === '' ? null : Number(value));
    yield {
      id,
      name: texts['name'] ?? null,
      timestamp: number(small['timestamp']),
      processedOn: number(small['processedOn']),
      finishedOn: number(small['finishedOn']),
      attemptsMade: number(small['atm'] ?? small['attemptsMade']),
      priority: number(small['priority']),
      delay: number(small['delay']),
      failedReason: texts['failedReason'] ?? null,
      stacktrace: texts['stacktrace'] ?? null,
      data: texts['data'] ?? null,
      result: texts['returnvalue'] ?? null,
      options: texts['opts'] ?? null,
      leftOut: SIZED.filter((_, index) => (sizes[index] ?? 0) > MAX_FIELD_BYTES),
      notUtf8: read.filter((_, index) => !isUtf8(reply[SMALL.length + index] ?? NOTHING)),
    };
  }
}

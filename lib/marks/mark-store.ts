import type { Redis } from '../redis/connection';
import { compilePattern } from '../domain/pattern';
import { MARKS_KEPT_MS, markSchema, MAX_MARKS, type Mark, type Marks } from '../domain/mark';
import type { QueueId } from '../domain/queue';
import { runWhenFull } from '../store/eval-when-full';
import { keys } from '../store/keys';
import type { Command } from '../store/lease';

/** Marks read from the store at once; a range is read until enough of them concern the queue that is asked for. */
const CHUNK = 1_000;

export type MarkRange = {
  /** ms since the epoch; `to` is exclusive. */
  from: number;
  to: number;
  /** What the reader may see, and wants to. */
  sees?: (mark: Mark) => boolean;
  /** Only what concerns this queue. */
  queue: { id: QueueId; key: string } | null;
  limit: number;
};

/** Commands that add marks and forget those that are too old or too many. The same mark twice is kept once. */
export function markCommands(marks: readonly Mark[], now: number): Command[] {
  if (marks.length === 0) return [];
  return [
    ...marks.map((mark): Command => ['ZADD', keys.marks, mark.at, JSON.stringify(mark)]),
    ['ZREMRANGEBYRANK', keys.marks, 0, -MAX_MARKS - 1],
    ['ZREMRANGEBYSCORE', keys.marks, '-inf', now - MARKS_KEPT_MS],
  ];
}

/** Moments that explain curves, in one sorted set of the store. */
export class MarkStore {
  constructor(private readonly store: Redis) {}

  /** @throws when the store does not answer */
  async add(mark: Mark): Promise<void> {
    await runWhenFull(this.store, keys.marks, markCommands([mark], Date.now()));
  }

  /** Marks of a range, oldest first; beyond `limit` the oldest are left out. @throws when the store does not answer */
  async range({ from, to, queue, limit, sees = () => true }: MarkRange): Promise<Marks> {
    const found: Mark[] = [];
    for (let offset = 0; found.length <= limit; offset += CHUNK) {
      const texts = await this.store.zrevrangebyscore(keys.marks, `(${to}`, from, 'LIMIT', offset, CHUNK);
      for (const text of texts) {
        const mark = parse(text);
        if (mark && sees(mark) && (!queue || concerns(mark, queue))) found.push(mark);
      }
      if (texts.length < CHUNK) break;
    }
    return { from, to, marks: found.slice(0, limit).reverse(), isCut: found.length > limit };
  }
}

/** `null` for a member that is not ours. */
export function parse(text: string): Mark | null {
  try {
    return markSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function concerns({ source, queueKey, pattern }: Mark, { id, key }: { id: QueueId; key: string }): boolean {
  if (source !== null && source !== id.source) return false;
  if (queueKey !== null) return queueKey === key;
  return pattern === null || compilePattern(pattern)(id);
}

import { askEach, bySlot, valuesOfEach } from '../../redis/cluster';
import type { Redis } from '../../redis/connection';
import type { RawEvent } from './job-lives';
import { cutReason } from './failure-kinds';
import { cutName } from './job-names';

/** Streams read by one XREAD. */
const STREAMS_PER_READ = 250;
/** A read should bring about this many bytes: `completed` entries carry return values, which can be large. */
const TARGET_BYTES = 2_000_000;
const FIRST_COUNT = 20;
const MIN_COUNT = 8;
const MAX_COUNT = 1_000;
/** Streams with entries of this size on average are read alone, so that they do not slow down the others. */
const HEAVY_ENTRY_BYTES = 16_000;

/** Fields of an entry that are read; `returnvalue` may be megabytes and stays where it is. */
const FIELDS = new Set(['event', 'jobId', 'attemptsMade', 'name', 'prev', 'count', 'failedReason']);

type Entry = [id: string, fields: string[]];

/**
 * Reads one entry of a BullMQ event stream; `null` for those that say nothing about a job's state. `cleaned` says how
 * many were removed at once, and not which.
 */
export function readStreamEntry([id, fields]: Entry): RawEvent | null {
  const values: Partial<Record<string, string>> = {};
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const field = fields[i] as string;
    if (FIELDS.has(field)) values[field] = fields[i + 1] as string;
  }
  const { event, jobId = '', attemptsMade, name, prev, failedReason } = values;
  const at = streamIdMs(id);
  if (event === 'cleaned') {
    const count = Number(values['count']);
    return Number.isInteger(count) && count > 0 ? { at, jobId: '', type: 'removed', count } : null;
  }
  if (jobId === '') return null;
  switch (event) {
    case 'added':
      return { at, jobId, type: event, ...(name ? { name: cutName(name) } : {}) };
    case 'waiting':
      return { at, jobId, type: event, ...(prev === undefined ? {} : { prev }) };
    case 'failed':
      return { at, jobId, type: event, ...(failedReason === undefined ? {} : { reason: cutReason(failedReason) }) };
    case 'active':
    case 'delayed':
    case 'waiting-children':
    case 'completed':
    case 'stalled':
    case 'removed':
      return { at, jobId, type: event };
    case 'retries-exhausted': {
      const made = Number(attemptsMade);
      return attemptsMade !== undefined && Number.isFinite(made)
        ? { at, jobId, type: 'exhausted', attemptsMade: made }
        : null;
    }
    default:
      return null;
  }
}

/** ms part of a stream id: the broker's clock at XADD. */
export function streamIdMs(id: string): number {
  return Number(id.split('-', 1)[0]);
}

/** Orders stream ids (`ms-seq`). */
export function compareStreamIds(a: string, b: string): number {
  const [aMs = 0, aSeq = 0] = a.split('-').map(Number);
  const [bMs = 0, bSeq = 0] = b.split('-').map(Number);
  return aMs - bMs || aSeq - bSeq;
}

/** `gap`: entries of this time (ms) are gone; until now where it ends at infinity, since none is left. */
export type StreamNews = { base: string; events: RawEvent[]; gap: { from: number; to: number } | null };

/** `isTakenIn`: `lastId` is an entry's, not just a time. `mayBeTrimmed`: entries after it may have gone before the next read. */
type Followed = { lastId: string; isTakenIn: boolean; mayBeTrimmed: boolean; entryBytes: number };

/**
 * Reads the event streams of all BullMQ queues of a source from where it stopped: few non-blocking XREADs a look,
 * bounded in bytes by an entry count that adapts to the size of the entries seen.
 */
export class BullMqEvents {
  private readonly streams = new Map<string, Followed>();
  private count = FIRST_COUNT;

  constructor(private readonly redis: Redis) {}

  /** Go on after the entry `lastId`, which was taken in by whoever read before; those after it may be gone already. */
  resume(base: string, lastId: string): void {
    this.streams.set(base, { lastId, isTakenIn: true, mayBeTrimmed: true, entryBytes: 0 });
  }

  /** Follow a stream from a time on (ms, broker's clock); 0: from its first entry. */
  followFrom(base: string, ms: number): void {
    this.streams.set(base, { lastId: `${ms}-0`, isTakenIn: false, mayBeTrimmed: false, entryBytes: 0 });
  }

  unfollow(base: string): void {
    this.streams.delete(base);
  }

  /**
   * Another server has taken over, or the same one has come back, perhaps without what it was told last: a position
   * beyond its end would hide what comes next.
   */
  async checkPositions(bases: readonly string[]): Promise<void> {
    const followed = bases.filter((base) => this.streams.has(base));
    const ends = await askEach(
      this.redis,
      followed,
      (base) => base,
      (pipeline, base) => pipeline.xrevrange(`${base}:events`, '+', '-', 'COUNT', 1),
    );
    for (const [index, base] of followed.entries()) {
      const [error, value] = ends[index]?.[0] ?? [null, []];
      const stream = this.streams.get(base);
      if (!stream || (error && /WRONGTYPE/.test(error.message))) continue;
      if (error) throw error;
      const end = (value as Entry[])[0]?.[0] ?? '0-0';
      if (compareStreamIds(end, stream.lastId) < 0) Object.assign(stream, { lastId: end, isTakenIn: end !== '0-0' });
    }
  }

  cursor(base: string): string | null {
    return this.streams.get(base)?.lastId ?? null;
  }

  /**
   * Reads all streams once, and those with more again until `untilMs` (`performance.now()`). `onNews` gets each
   * stream's news in the same step in which its position moves on, so that a later read that fails loses nothing.
   * Streams that cannot be read now keep their position.
   */
  async read(
    onNews: (news: StreamNews) => void,
    untilMs: number,
    canBeRead: (base: string) => boolean = () => true,
  ): Promise<void> {
    let bases = [...this.streams.keys()].filter(canBeRead);
    do {
      const behind: string[] = [];
      for (const { chunk, count } of this.plan(bases)) behind.push(...(await this.readChunk(chunk, count, onNews)));
      bases = behind;
    } while (bases.length > 0 && performance.now() < untilMs);
  }

  private plan(bases: readonly string[]): { chunk: string[]; count: number }[] {
    const reads: { chunk: string[]; count: number }[] = [];
    const light: string[] = [];
    for (const base of bases) {
      const { entryBytes } = this.streams.get(base) as Followed;
      if (entryBytes < HEAVY_ENTRY_BYTES) light.push(base);
      else reads.push({ chunk: [base], count: Math.max(1, Math.floor(TARGET_BYTES / entryBytes)) });
    }
    for (let start = 0; start < light.length; start += STREAMS_PER_READ)
      reads.push({ chunk: light.slice(start, start + STREAMS_PER_READ), count: this.count });
    return reads;
  }

  /** Returns the streams that had more than was read. */
  private async readChunk(
    bases: readonly string[],
    count: number,
    onNews: (news: StreamNews) => void,
  ): Promise<string[]> {
    const entriesOf = await this.fetch(bases, count);
    const chunk = bases.filter((base) => this.streams.has(base));
    const gaps = await this.findTrimmed(chunk.filter((base) => this.isSuspect(base, entriesOf.get(base)?.length ?? 0)));
    const behind: string[] = [];
    let bytes = 0;
    let entriesRead = 0;
    for (const base of chunk) {
      const followed = this.streams.get(base) as Followed;
      followed.mayBeTrimmed = false;
      const entries = entriesOf.get(base) ?? [];
      const gap = gaps.get(base) ?? null;
      if (entries.length === 0 && gap === null) continue;
      const size = sizeOf(entries);
      bytes += size;
      entriesRead += entries.length;
      const last = entries.at(-1);
      if (last) Object.assign(followed, { lastId: last[0], isTakenIn: true });
      if (entries.length > 0) followed.entryBytes = (followed.entryBytes + size / entries.length) / 2;
      if (entries.length >= count) behind.push(base);
      onNews({ base, events: entries.map(readStreamEntry).filter((event) => event !== null), gap });
    }
    if (entriesRead > 0 && chunk.length > 1) this.adapt(bytes / entriesRead);
    return behind;
  }

  /** One XREAD; in a Cluster one a slot, sent together. */
  private async fetch(chunk: readonly string[], count: number): Promise<Map<string, Entry[]>> {
    const entriesOf = new Map<string, Entry[]>();
    const reads = bySlot(this.redis, chunk, (base) => base);
    const replies = await askEach(
      this.redis,
      reads,
      ([base]) => base as string,
      (pipeline, bases) =>
        pipeline.xread(
          'COUNT',
          count,
          'STREAMS',
          ...bases.map((base) => `${base}:events`),
          ...bases.map((base) => (this.streams.get(base) as Followed).lastId),
        ),
    );
    for (const [index, [reply]] of replies.entries()) {
      const [error, value] = reply ?? [null, null];
      if (error) {
        if (!/WRONGTYPE/.test(error.message)) throw error;
        await this.leaveOutForeign(reads[index] ?? []);
        continue;
      }
      for (const [key, entries] of (value ?? []) as [key: string, entries: Entry[]][])
        entriesOf.set(key.slice(0, -':events'.length), entries);
    }
    return entriesOf;
  }

  private adapt(entryBytes: number): void {
    const wanted = Math.floor(TARGET_BYTES / Math.max(1, entryBytes));
    this.count = Math.max(MIN_COUNT, Math.min(MAX_COUNT, wanted, this.count * 4));
  }

  private isSuspect(base: string, newEntries: number): boolean {
    const { isTakenIn, mayBeTrimmed } = this.streams.get(base) as Followed;
    return isTakenIn && (mayBeTrimmed || newEntries > 0);
  }

  /**
   * Streams are trimmed from the old end, to however few, and begin anew with their queue. Where the oldest entry left is
   * younger than the last one taken in, those in between may be lost.
   */
  private async findTrimmed(bases: readonly string[]): Promise<Map<string, { from: number; to: number }>> {
    const gaps = new Map<string, { from: number; to: number }>();
    if (bases.length === 0) return gaps;
    const replies = await valuesOfEach(
      this.redis,
      bases,
      (base) => base,
      (pipeline, base) => pipeline.xrange(`${base}:events`, '-', '+', 'COUNT', 1),
    );
    for (const [index, [reply]] of replies.entries()) {
      const base = bases[index] as string;
      const oldest = (reply as Entry[])[0]?.[0];
      const { lastId } = this.streams.get(base) as Followed;
      if (oldest !== undefined && compareStreamIds(oldest, lastId) <= 0) continue;
      gaps.set(base, { from: streamIdMs(lastId), to: oldest === undefined ? Infinity : streamIdMs(oldest) });
    }
    return gaps;
  }

  /** One key of a foreign type must not silence all other streams. */
  private async leaveOutForeign(chunk: readonly string[]): Promise<void> {
    const types = await valuesOfEach(
      this.redis,
      chunk,
      (base) => base,
      (pipeline, base) => pipeline.type(`${base}:events`),
    );
    for (const [index, [type]] of types.entries())
      if (type !== 'stream' && type !== 'none') this.unfollow(chunk[index] as string);
  }
}

function sizeOf(entries: readonly Entry[]): number {
  let bytes = 0;
  for (const [, fields] of entries) for (const field of fields) bytes += field.length;
  return bytes;
}

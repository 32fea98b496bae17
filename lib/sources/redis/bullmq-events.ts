import type { Redis } from 'ioredis';
import type { RawEvent } from './job-lives';

/** Streams read by one XREAD. */
const STREAMS_PER_READ = 250;
/** A read should bring about this many bytes: `completed` entries carry return values, which can be large. */
const TARGET_BYTES = 2_000_000;
const MIN_COUNT = 8;
const MAX_COUNT = 1_000;

type Entry = [id: string, fields: string[]];

/** Reads one entry of a BullMQ event stream; `null` for those that say nothing about a job's state. */
export function readStreamEntry([id, fields]: Entry): RawEvent | null {
  let event = '';
  let jobId = '';
  for (let i = 0; i + 1 < fields.length; i += 2) {
    if (fields[i] === 'event') event = fields[i + 1] as string;
    else if (fields[i] === 'jobId') jobId = fields[i + 1] as string;
  }
  if (jobId === '') return null;
  const at = streamIdMs(id);
  switch (event) {
    case 'added':
    case 'waiting':
    case 'active':
    case 'delayed':
    case 'completed':
    case 'failed':
    case 'stalled':
    case 'removed':
      return { at, jobId, type: event };
    case 'waiting-children':
      return { at, jobId, type: 'delayed' };
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

export type StreamNews = { base: string; events: RawEvent[]; gap: { from: number; to: number } | null };

/**
 * Reads the event streams of all BullMQ queues of a source from where it stopped: few non-blocking XREADs a look,
 * bounded in bytes by an entry count that adapts to the size of the entries seen.
 */
export class BullMqEvents {
  /** base → last id taken in. */
  private readonly lastIds = new Map<string, string>();
  /** Streams that must be checked for trimmed entries at their next read. */
  private readonly suspects = new Set<string>();
  private count = 100;

  constructor(private readonly redis: Redis) {}

  /** Follow a stream from `lastId` (exclusive). `mayBeTrimmed`: entries after it may be gone already. */
  follow(base: string, lastId: string, mayBeTrimmed: boolean): void {
    this.lastIds.set(base, lastId);
    if (mayBeTrimmed) this.suspects.add(base);
  }

  isFollowing(base: string): boolean {
    return this.lastIds.has(base);
  }

  unfollow(base: string): void {
    this.lastIds.delete(base);
    this.suspects.delete(base);
  }

  cursor(base: string): string | null {
    return this.lastIds.get(base) ?? null;
  }

  /**
   * One round over all streams; `onNews` gets each stream's news as its read arrives, so that a later read that fails
   * loses nothing. Returns whether a stream had more than was read.
   */
  async read(onNews: (news: StreamNews) => void): Promise<boolean> {
    let hasMore = false;
    const bases = [...this.lastIds.keys()];
    for (let start = 0; start < bases.length; start += STREAMS_PER_READ) {
      const chunk = bases.slice(start, start + STREAMS_PER_READ);
      const gaps = await this.findTrimmed(chunk);
      const reply = (await this.redis.xread(
        'COUNT',
        this.count,
        'STREAMS',
        ...chunk.map((base) => `${base}:events`),
        ...chunk.map((base) => this.lastIds.get(base) as string),
      )) as [key: string, entries: Entry[]][] | null;
      let bytes = 0;
      let entriesRead = 0;
      for (const [key, entries] of reply ?? []) {
        const base = key.slice(0, -':events'.length);
        const events: RawEvent[] = [];
        for (const entry of entries) {
          for (const field of entry[1]) bytes += field.length;
          const event = readStreamEntry(entry);
          if (event) events.push(event);
        }
        entriesRead += entries.length;
        const last = entries.at(-1);
        if (last) this.lastIds.set(base, last[0]);
        if (entries.length >= this.count) {
          hasMore = true;
          this.suspects.add(base);
        }
        onNews({ base, events, gap: gaps.get(base) ?? null });
        gaps.delete(base);
      }
      for (const [base, gap] of gaps) onNews({ base, events: [], gap });
      this.adapt(bytes, entriesRead);
    }
    return hasMore;
  }

  private adapt(bytes: number, entries: number): void {
    if (entries === 0) return;
    const wanted = Math.floor(TARGET_BYTES / Math.max(1, bytes / entries));
    this.count = Math.max(MIN_COUNT, Math.min(MAX_COUNT, Math.min(wanted, this.count * 4)));
  }

  /**
   * Streams are trimmed from the old end (about 10,000 entries are kept). If the oldest entry left is younger than
   * the last one taken in, and that one is gone, entries in between may be lost.
   */
  private async findTrimmed(chunk: readonly string[]): Promise<Map<string, { from: number; to: number }>> {
    const gaps = new Map<string, { from: number; to: number }>();
    const suspects = chunk.filter((base) => this.suspects.delete(base));
    if (suspects.length === 0) return gaps;
    const pipeline = this.redis.pipeline();
    for (const base of suspects) pipeline.xrange(`${base}:events`, '-', '+', 'COUNT', 1);
    const replies = (await pipeline.exec()) ?? [];
    for (const [index, base] of suspects.entries()) {
      const oldest = (replies[index]?.[1] as Entry[] | null)?.[0]?.[0];
      const lastId = this.lastIds.get(base) as string;
      if (oldest === undefined || lastId === '0-0' || compareStreamIds(oldest, lastId) <= 0) continue;
      gaps.set(base, { from: streamIdMs(lastId), to: streamIdMs(oldest) });
    }
    return gaps;
  }
}

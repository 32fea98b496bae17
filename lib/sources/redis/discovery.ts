import type { Redis } from 'ioredis';
import type { QueueRef } from '../source';
import { baseFromMarker, MARKER_PATTERN, splitBase } from './keys';

/** Keys looked at by one SCAN call: about 0.3 ms of the broker's time. */
const SCAN_COUNT = 1_000;
/** Share of a look's time that scanning may take. */
const SCAN_BUDGET_MS = 40;
/** Pause between two passes over a small keyspace, so that a new queue shows within 5 s. */
const PASS_PAUSE_MS = 3_000;
/** Bases that were no queue are looked at again after this time. */
const RETRY_REJECTED_MS = 30_000;
/** Bases classified by one pipeline. */
const CLASSIFY_AT_ONCE = 200;

/** BullMQ majors whose scripts we carry; queues written by others are watched, never written to. */
const WRITABLE_MAJORS = new Set(['5', '6']);

const STATE_KEYS = ['wait', 'active', 'paused', 'completed', 'failed', 'delayed', 'stalled-check', 'meta-paused', 'repeat'];

export type Found = Omit<QueueRef, 'kind'> & { kind: 'bull' | 'bullmq'; base: string };

/**
 * Finds the queues of one Redis database: a paced SCAN that goes round for ever, plus hints from event channels and
 * worker names. Each call of `step` costs the broker a few milliseconds at most, however large the keyspace.
 */
export class Discovery {
  private cursor = '0';
  private keysInPass = 0;
  private passEndedAt = 0;
  private lastCompletedAt: number | null = null;
  private totalKeys: number | null = null;
  private readonly candidates = new Set<string>();
  private readonly rejected = new Map<string, number>();
  private readonly prefixes: Set<string>;

  constructor(
    private readonly redis: Redis,
    private readonly source: string,
    private readonly isReadOnly: boolean,
    configuredPrefixes: readonly string[],
  ) {
    this.prefixes = new Set(['bull', ...configuredPrefixes]);
  }

  /** All prefixes seen, for event subscriptions. */
  knownPrefixes(): ReadonlySet<string> {
    return this.prefixes;
  }

  /** A base that an event or a connected worker named. */
  hint(base: string, prefix: string | null, isKnown: boolean): void {
    if (prefix !== null) this.prefixes.add(prefix);
    if (!isKnown) this.candidates.add(base);
  }

  progress(): { progress: number | null; lastCompletedAt: number | null; keys: number | null } {
    const isBetween = this.cursor === '0';
    const share = isBetween ? (this.lastCompletedAt === null ? 0 : 1) : this.totalKeys ? Math.min(1, this.keysInPass / this.totalKeys) : null;
    return { progress: share, lastCompletedAt: this.lastCompletedAt, keys: this.totalKeys };
  }

  /** One slice of the scan and the classification of what it brought up. `known` are bases that need no second look. */
  async step(known: ReadonlyMap<string, unknown>, now: number): Promise<Found[]> {
    await this.scanSlice(known, now);
    return this.classify(now);
  }

  private async scanSlice(known: ReadonlyMap<string, unknown>, now: number): Promise<void> {
    if (this.cursor === '0') {
      if (now - this.passEndedAt < PASS_PAUSE_MS) return;
      this.totalKeys = await this.redis.dbsize();
      this.keysInPass = 0;
    }
    const until = performance.now() + SCAN_BUDGET_MS;
    do {
      const [next, keys] = await this.redis.scan(this.cursor, 'MATCH', MARKER_PATTERN, 'COUNT', SCAN_COUNT);
      this.cursor = next;
      this.keysInPass += SCAN_COUNT;
      for (const key of keys) {
        const base = baseFromMarker(key);
        if (base === null || base.startsWith('tailback:') || known.has(base)) continue;
        const rejectedAt = this.rejected.get(base);
        if (rejectedAt !== undefined && now - rejectedAt < RETRY_REJECTED_MS) continue;
        this.candidates.add(base);
      }
    } while (this.cursor !== '0' && performance.now() < until);
    if (this.cursor === '0') {
      this.passEndedAt = now;
      this.lastCompletedAt = now;
    }
  }

  private async classify(now: number): Promise<Found[]> {
    const bases = [...this.candidates].slice(0, CLASSIFY_AT_ONCE);
    if (bases.length === 0) return [];
    const pipeline = this.redis.pipeline();
    for (const base of bases) {
      // A foreign key of another type answers WRONGTYPE here, which counts as "no".
      pipeline.hmget(`${base}:meta`, 'version', 'opts.maxLenEvents');
      pipeline.type(`${base}:events`);
      pipeline.type(`${base}:id`);
      // Any of these shows that `…:id` is a job counter and not some other program's key.
      pipeline.exists(...STATE_KEYS.map((key) => `${base}:${key}`));
    }
    const replies = (await pipeline.exec()) ?? [];
    const found: Found[] = [];
    for (const [index, base] of bases.entries()) {
      const [meta, events, id, states] = replies.slice(index * 4, index * 4 + 4).map(([error, value]) => (error ? null : value));
      this.candidates.delete(base);
      const [version, maxLength] = Array.isArray(meta) ? (meta as (string | null)[]) : [];
      const hasCounter = id === 'string';
      const hasStates = Number(states) > 0;
      const isUnderKnownPrefix = [...this.prefixes].some((prefix) => base.startsWith(`${prefix}:`));
      if (version || maxLength || (events === 'stream' && (hasCounter || hasStates))) found.push(this.bullMq(base, version ?? null));
      else if (hasCounter && (hasStates || isUnderKnownPrefix)) found.push(this.bull(base));
      else {
        if (this.rejected.size > 100_000) this.rejected.clear();
        this.rejected.set(base, now);
        continue;
      }
      this.rejected.delete(base);
    }
    return found;
  }

  private bullMq(base: string, version: string | null): Found {
    const id = { source: this.source, ...splitBase(base, 'bullmq', this.prefixes) };
    return { base, id, kind: 'bullmq', version, readOnlyReason: this.isReadOnly ? READ_ONLY_SOURCE : whyNotWritable(version) };
  }

  private bull(base: string): Found {
    const id = { source: this.source, ...splitBase(base, 'bull', this.prefixes) };
    return { base, id, kind: 'bull', version: 'bull', readOnlyReason: this.isReadOnly ? READ_ONLY_SOURCE : null };
  }
}

export const READ_ONLY_SOURCE = 'This source is configured as read-only.';

/** The BullMQ major that wrote a queue, e.g. `6` for `bullmq:6.7.0`; Pro versions are told apart by name. */
export function bullMqMajor(version: string | null): string | null {
  return /^bullmq:(\d+)\./.exec(version ?? '')?.[1] ?? null;
}

/** Writing with another major's scripts could lose jobs: those queues are watched only. */
export function whyNotWritable(version: string | null): string | null {
  if (version === null) return 'The BullMQ version that writes this queue cannot be told (no version in its meta key), so it is only watched.';
  const major = bullMqMajor(version);
  if (major !== null && WRITABLE_MAJORS.has(major)) return null;
  return `This queue is written by ${version}; Tailback carries the scripts of BullMQ 5 and 6 only, so it is only watched.`;
}

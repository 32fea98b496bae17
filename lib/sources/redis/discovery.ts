import type { Redis } from '../../redis/connection';
import type { QueueRef } from '../source';
import { Candidates, type Candidate } from './candidates';
import { MARKER_PATTERN, readMarker, splitBase } from './keys';
import { isBullMqVersion, READ_ONLY_SOURCE, whyNotWritable } from './versions';

/** Keys looked at by one SCAN call: about 0.3 ms of the broker's time. */
const SCAN_COUNT = 1_000;
/** Up to this many keys a pass is quick enough that a new queue shows within 5 s. */
const SMALL_KEYSPACE = 100_000;
/** Time of a look that scanning may take; with looks about every second, 1 % of the broker in a large keyspace. */
const SCAN_BUDGET_MS = 8;
const SCAN_BUDGET_SMALL_MS = 40;
/** Pause between two passes. */
const PASS_PAUSE_MS = 3_000;

const STATE_KEYS = [
  'wait',
  'active',
  'paused',
  'completed',
  'failed',
  'delayed',
  'stalled-check',
  'meta-paused',
  'repeat',
];

export type Found = Omit<QueueRef, 'kind'> & { kind: 'bull' | 'bullmq'; base: string; isNew: boolean };

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
  private readonly candidates = new Candidates();
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

  addPrefix(prefix: string): void {
    this.prefixes.add(prefix);
  }

  /** A base that an event or a connected worker named. */
  hint(base: string): void {
    this.candidates.addCertain(base, this.lastCompletedAt !== null);
  }

  /** The queue under `base` is gone; should it come again, it is a new one. */
  forget(base: string): void {
    this.candidates.forget(base);
  }

  progress(): { progress: number | null; lastCompletedAt: number | null; keys: number | null } {
    const isBetween = this.cursor === '0';
    const before = this.lastCompletedAt === null ? 0 : 1;
    const within = this.totalKeys ? Math.min(1, this.keysInPass / this.totalKeys) : null;
    return { progress: isBetween ? before : within, lastCompletedAt: this.lastCompletedAt, keys: this.totalKeys };
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
    const budget = (this.totalKeys ?? Infinity) <= SMALL_KEYSPACE ? SCAN_BUDGET_SMALL_MS : SCAN_BUDGET_MS;
    const until = performance.now() + budget;
    const isNew = this.lastCompletedAt !== null;
    do {
      const [next, keys] = await this.redis.scan(this.cursor, 'MATCH', MARKER_PATTERN, 'COUNT', SCAN_COUNT);
      this.cursor = next;
      this.keysInPass += SCAN_COUNT;
      for (const key of keys) {
        const found = readMarker(key);
        if (found === null || found.base.startsWith('tailback:') || known.has(found.base)) continue;
        // Rejected ones under a known prefix come again with every pass; there are few of them.
        if (found.marker === 'stalled-check' || this.isUnderKnownPrefix(found.base))
          this.candidates.addCertain(found.base, isNew);
        else this.candidates.addLookalike(found.base, isNew, now);
      }
    } while (this.cursor !== '0' && performance.now() < until);
    if (this.cursor === '0') {
      this.passEndedAt = now;
      this.lastCompletedAt = now;
    }
  }

  private async classify(now: number): Promise<Found[]> {
    const taken = this.candidates.take();
    if (taken.length === 0) return [];
    const pipeline = this.redis.pipeline();
    for (const { base } of taken) {
      pipeline.hmget(`${base}:meta`, 'version', 'opts.maxLenEvents');
      pipeline.type(`${base}:events`);
      pipeline.type(`${base}:id`);
      // Any of these shows that `…:id` is a job counter and not some other program's key.
      pipeline.exists(...STATE_KEYS.map((key) => `${base}:${key}`));
    }
    const replies = (await pipeline.exec()) ?? [];
    const found: Found[] = [];
    for (const [index, candidate] of taken.entries()) {
      // A foreign key of another type answers WRONGTYPE, which counts as "no"; a broken connection is no answer.
      const values = replies.slice(index * 4, index * 4 + 4).map(([error, value]) => {
        if (error && !/WRONGTYPE|NOPERM/.test(error.message)) throw error;
        return error ? null : value;
      });
      const queue = this.toQueue(candidate, values);
      if (queue) {
        found.push(queue);
        this.candidates.accept(candidate.base);
      } else this.candidates.reject(candidate.base, now);
    }
    return found;
  }

  private toQueue({ base, isNew }: Candidate, [meta, events, id, states]: unknown[]): Found | null {
    const [version = null, maxLength] = Array.isArray(meta) ? (meta as (string | null)[]) : [];
    const hasCounter = id === 'string';
    const hasStates = Number(states) > 0;
    if (isBullMqVersion(version) || maxLength || (events === 'stream' && (hasCounter || hasStates))) {
      const known = isBullMqVersion(version) ? version : null;
      const id = { source: this.source, ...splitBase(base, 'bullmq', this.prefixes) };
      return {
        base,
        isNew,
        id,
        kind: 'bullmq',
        version: known,
        readOnlyReason: this.isReadOnly ? READ_ONLY_SOURCE : whyNotWritable(known),
      };
    }
    if (hasCounter && (hasStates || this.isUnderKnownPrefix(base))) {
      const id = { source: this.source, ...splitBase(base, 'bull', this.prefixes) };
      return {
        base,
        isNew,
        id,
        kind: 'bull',
        version: 'bull',
        readOnlyReason: this.isReadOnly ? READ_ONLY_SOURCE : null,
      };
    }
    return null;
  }

  private isUnderKnownPrefix(base: string): boolean {
    for (const prefix of this.prefixes) if (base.startsWith(`${prefix}:`)) return true;
    return false;
  }
}

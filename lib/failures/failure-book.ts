import { OTHER, UNGROUPED } from '../domain/failure';
import type { JobEvent } from '../sources/source';
import { keys } from '../store/keys';
import type { Command } from '../store/lease';
import type { Redis } from '../redis/connection';
import { addToBucket, bucketSchema, chunkAt, FAILURE_TIERS, slotAt, type Bucket, type FailureTier } from './buckets';
import type { Fingerprint } from './fingerprint';
import { addNews, groupKindSchema, groupRecordSchema, kindOf, parseStored } from './group-record';
import type { GroupKind, GroupNews, GroupRecord } from './group-record';
import { leastWorth } from './least-worth';
import { QUIET_MS } from './group-state';

/** Groups kept of one source; failures of further kinds are counted together. */
export const MAX_GROUPS = 500;
/** Groups in queues: a kind that fails in ever more queues is counted with others from there on. */
const MAX_RECORDS = 3_000;
/** Failures that wait to be written, each standing for all of one moment, queue, name and kind. */
const MAX_PENDING = 20_000;
/** While another collector writes, what was heard is kept this long: it may have to be written here. */
const KEPT_MS = 60_000;
const HSET_PAIRS = 100;

type Pending = GroupNews & { queueKey: string; group: string; kind: Fingerprint | null; heardAt: number };

/** What a round of writing will have made of the stored values. */
type Next = {
  kinds: Map<string, GroupKind>;
  dropped: Set<string>;
  records: Map<string, GroupRecord>;
  /** Chunk key → field → bucket. */
  buckets: Map<string, { tier: FailureTier; chunk: number; fields: Map<string, Bucket> }>;
};

const fieldOf = (group: string, queueKey: string) => `${group}|${queueKey}`;

/**
 * Counts the failures of one source by group, queue and job name. Values are written whole, each queue's together with
 * the cursor of its events: after a crash nothing is counted twice. Only the collector that writes may call `prepare`.
 */
export class FailureBook {
  private pending = new Map<string, Pending>();
  /** Being written; later failures go to `pending` meanwhile. */
  private frozen = new Map<string, Pending>();
  private kinds = new Map<string, GroupKind>();
  private records = new Map<string, GroupRecord>();
  private readonly chunks = new Map<string, Map<string, Bucket>>();
  private isLoaded = false;
  private next: Next | null = null;
  private newestAt = 0;

  constructor(
    private readonly store: Redis,
    private readonly source: string,
  ) {}

  take(queueKey: string, events: readonly JobEvent[]): void {
    for (const event of events) {
      const { at, name = null } = event;
      if (event.type === 'failed' || event.type === 'attempt-failed') {
        const { jobId = null, group = null } = event.failure ?? {};
        const counts =
          event.type === 'attempt-failed' ? { failed: 0, attempts: event.count } : { failed: 1, attempts: 0 };
        this.add(queueKey, group, { at, name, ...counts, sample: jobId });
      }
      if ((event.type === 'completed' || event.type === 'failed') && event.retryOf !== undefined)
        this.addRetries(queueKey, event.retryOf, at, event.type === 'completed' ? [0, 1, 0] : [0, 0, 1]);
      if (event.type === 'retried' && event.retryOf !== undefined)
        this.addRetries(queueKey, event.retryOf, at, [event.count, 0, 0]);
    }
  }

  /** `kind: null`: what it was could not be told. */
  add(queueKey: string, kind: Fingerprint | null, news: GroupNews): void {
    this.enqueue(queueKey, kind?.fingerprint ?? UNGROUPED, kind, kind === null ? { ...news, sample: null } : news);
  }

  /** Another collector wrote up to here: `coveredMs` says of each queue until when (ms). */
  takeOver(coveredMs: (queueKey: string) => number): void {
    for (const [key, { queueKey, at }] of this.all()) if (at <= coveredMs(queueKey)) this.pending.delete(key);
    this.frozen = new Map();
    this.next = null;
    this.isLoaded = false;
    this.chunks.clear();
  }

  /** Lets go of what a writer will have written by now; call where this collector does not write. */
  forgetOld(now: number): void {
    for (const [key, { heardAt }] of this.pending) if (now - heardAt > KEPT_MS) this.pending.delete(key);
  }

  /** From here on `add` belongs to the next round. */
  freeze(): void {
    for (const [key, entry] of this.pending) merge(this.frozen, key, entry);
    this.pending = new Map();
  }

  /** Works out what is to be written; reads what it builds upon and does not hold. */
  async prepare(now: number): Promise<void> {
    if (!this.isLoaded) await this.load();
    const next: Next = { kinds: new Map(), dropped: new Set(), records: new Map(), buckets: new Map() };
    const spare = await this.spareGroups(now);
    const entries = [...this.frozen.values()].map((entry) => ({ ...entry, group: this.admit(entry, next, spare) }));
    for (const entry of entries) {
      const field = fieldOf(entry.group, entry.queueKey);
      next.records.set(field, addNews(next.records.get(field) ?? this.records.get(field), entry));
    }
    await this.loadBuckets(entries, next);
    for (const { at, name, failed, attempts, group, queueKey } of entries) {
      if (failed + attempts === 0) continue;
      const field = fieldOf(group, queueKey);
      for (const tier of FAILURE_TIERS) {
        if (at < now - tier.retentionMs) continue;
        const fields = next.buckets.get(this.chunkKey(tier, at))?.fields;
        fields?.set(field, addToBucket(fields.get(field) ?? [], name, slotAt(tier, at), failed, attempts));
      }
    }
    this.next = next;
  }

  /** The part of the round that belongs to one queue. */
  commands(queueKey: string): Command[] {
    const { next } = this;
    if (!next) return [];
    const isOurs = (field: string) => field.slice(field.indexOf('|') + 1) === queueKey;
    const records = [...next.records].filter(([field]) => isOurs(field));
    if (records.length === 0) return [];
    const groups = new Set(records.map(([field]) => field.slice(0, field.indexOf('|'))));
    const commands = [
      ...hset(
        keys.failureKinds(this.source),
        [...next.kinds].filter(([group]) => groups.has(group)),
      ),
      ...hset(keys.failureRecords(this.source), records),
    ];
    for (const [key, { tier, chunk, fields }] of next.buckets) {
      const ours = [...fields].filter(([field]) => isOurs(field));
      if (ours.length > 0)
        commands.push(...hset(key, ours), ['PEXPIREAT', key, (chunk + 1) * tier.chunkMs + tier.retentionMs]);
    }
    return commands;
  }

  /** Groups that had to make room, and up to when Bull's messages are in. */
  tail(now: number): Command[] {
    const commands: Command[] = [['SET', keys.failuresAt(this.source), now]];
    const dropped = [...(this.next?.dropped ?? [])];
    if (dropped.length === 0) return commands;
    const fields = [...this.records.keys()].filter((field) => dropped.includes(field.slice(0, field.indexOf('|'))));
    commands.push(['HDEL', keys.failureKinds(this.source), ...dropped]);
    for (let start = 0; start < fields.length; start += HSET_PAIRS)
      commands.push(['HDEL', keys.failureRecords(this.source), ...fields.slice(start, start + HSET_PAIRS)]);
    return commands;
  }

  /** The round is stored. */
  settle(now: number): void {
    const { next } = this;
    if (!next) return;
    for (const [group, kind] of next.kinds) this.kinds.set(group, kind);
    for (const [field, record] of next.records) this.records.set(field, record);
    for (const group of next.dropped) this.kinds.delete(group);
    if (next.dropped.size > 0)
      for (const field of this.records.keys())
        if (next.dropped.has(field.slice(0, field.indexOf('|')))) this.records.delete(field);
    for (const [key, { tier, chunk, fields }] of next.buckets)
      if (now < (chunk + 2) * tier.chunkMs) this.chunks.set(key, new Map([...(this.chunks.get(key) ?? []), ...fields]));
    // The chunk that is written to and the one before it, of each tier.
    while (this.chunks.size > 2 * FAILURE_TIERS.length) this.chunks.delete(this.chunks.keys().next().value as string);
    this.frozen = new Map();
    this.next = null;
  }

  /** The group that a kind is counted under now, without making one. */
  groupOf(kind: Fingerprint): string {
    return this.kinds.has(kind.fingerprint) || this.kinds.size < MAX_GROUPS ? kind.fingerprint : OTHER;
  }

  /** Whether the group was seen in the queue already. */
  knows({ fingerprint }: Fingerprint, queueKey: string): boolean {
    return this.records.has(fieldOf(this.kinds.has(fingerprint) ? fingerprint : OTHER, queueKey));
  }

  private addRetries(queueKey: string, group: string, at: number, retries: GroupNews['retries']): void {
    const news = { at, name: null, failed: 0, attempts: 0, sample: null };
    this.enqueue(queueKey, group, null, { ...news, ...(retries ? { retries } : {}) });
  }

  private enqueue(queueKey: string, group: string, kind: Fingerprint | null, news: GroupNews): void {
    this.newestAt = Math.max(this.newestAt, news.at);
    const isFull = this.pending.size + this.frozen.size >= MAX_PENDING;
    // What is too much to be kept apart is still counted.
    const entry: Pending = isFull
      ? {
          ...news,
          name: null,
          at: news.at - (news.at % 60_000),
          sample: null,
          queueKey,
          group: UNGROUPED,
          kind: null,
          heardAt: this.newestAt,
        }
      : { ...news, queueKey, group, kind, heardAt: this.newestAt };
    merge(this.pending, [entry.at, queueKey, entry.group, entry.name].join('\u0000'), entry);
  }

  private all(): [string, Pending][] {
    this.freeze();
    this.pending = this.frozen;
    return [...this.pending];
  }

  private admit({ group, kind, at, failed, attempts, sample }: Pending, next: Next, spare: string[]): string {
    if (group === UNGROUPED) return group;
    const isSighting = failed + attempts > 0 || sample !== null;
    const known = next.kinds.get(group) ?? (next.dropped.has(group) ? undefined : this.kinds.get(group));
    if (known) {
      if (!isSighting || at <= known.lastSeen) return group;
      const regressedAt = at - known.lastSeen >= QUIET_MS ? at : known.regressedAt;
      next.kinds.set(group, { ...known, lastSeen: at, regressedAt });
      return group;
    }
    if (!kind) return OTHER;
    const added = [...next.kinds.keys()].filter((one) => !this.kinds.has(one)).length;
    const hasRoom = this.kinds.size + added - next.dropped.size < MAX_GROUPS && this.records.size < MAX_RECORDS;
    if (!hasRoom) {
      const victim = spare.shift();
      if (victim === undefined) return OTHER;
      next.dropped.add(victim);
    }
    next.kinds.set(group, kindOf(kind, at));
    return group;
  }

  /** Groups that may make room, the least worth first. Asked only when there is hardly any. */
  private async spareGroups(now: number): Promise<string[]> {
    const isNear = this.kinds.size + this.frozen.size > MAX_GROUPS || this.records.size >= MAX_RECORDS;
    if (!isNear) return [];
    const cared = new Set(await this.store.hkeys(keys.failureCare));
    const counts = new Map<string, number>();
    for (const [field, { failed, attempts }] of this.records) {
      const group = field.slice(0, field.indexOf('|'));
      counts.set(group, (counts.get(group) ?? 0) + failed + attempts);
    }
    const inUse = new Set([...this.frozen.values()].map(({ group }) => group));
    const candidates = [...this.kinds].filter(([group]) => !cared.has(group) && !inUse.has(group));
    return leastWorth(
      candidates.map(([group, { lastSeen }]) => ({ group, lastSeen, count: counts.get(group) ?? 0 })),
      now,
    );
  }

  private async load(): Promise<void> {
    const [kinds, records] = await Promise.all([
      this.store.hgetall(keys.failureKinds(this.source)),
      this.store.hgetall(keys.failureRecords(this.source)),
    ]);
    this.kinds = parseAll(kinds, (text) => parseStored(groupKindSchema, text));
    this.records = parseAll(records, (text) => parseStored(groupRecordSchema, text));
    this.isLoaded = true;
  }

  private async loadBuckets(entries: readonly Pending[], next: Next): Promise<void> {
    for (const { at, failed, attempts, group, queueKey } of entries) {
      if (failed + attempts === 0) continue;
      for (const tier of FAILURE_TIERS) {
        const key = this.chunkKey(tier, at);
        const bucket = next.buckets.get(key) ?? { tier, chunk: chunkAt(tier, at), fields: new Map<string, Bucket>() };
        next.buckets.set(key, bucket);
        const field = fieldOf(group, queueKey);
        if (!bucket.fields.has(field)) bucket.fields.set(field, this.chunks.get(key)?.get(field) ?? []);
      }
    }
    await Promise.all(
      [...next.buckets].map(async ([key, { fields }]) => {
        const missing = [...fields.keys()].filter((field) => !this.chunks.get(key)?.has(field));
        if (missing.length === 0) return;
        const texts = await this.store.hmget(key, ...missing);
        for (const [index, field] of missing.entries())
          fields.set(field, parseStored(bucketSchema, texts[index]) ?? []);
      }),
    );
  }

  private chunkKey(tier: FailureTier, at: number): string {
    return keys.failureChunk(tier.name, this.source, chunkAt(tier, at));
  }
}

function merge(into: Map<string, Pending>, key: string, entry: Pending): void {
  const before = into.get(key);
  if (!before) {
    into.set(key, entry);
    return;
  }
  const [a, b] = [before.retries ?? [0, 0, 0], entry.retries ?? [0, 0, 0]];
  into.set(key, {
    ...before,
    kind: before.kind ?? entry.kind,
    failed: before.failed + entry.failed,
    attempts: before.attempts + entry.attempts,
    sample: entry.sample ?? before.sample,
    retries: [a[0] + b[0], a[1] + b[1], a[2] + b[2]],
  });
}

function hset(key: string, pairs: readonly (readonly [string, unknown])[]): Command[] {
  const commands: Command[] = [];
  for (let start = 0; start < pairs.length; start += HSET_PAIRS)
    commands.push([
      'HSET',
      key,
      ...pairs.slice(start, start + HSET_PAIRS).flatMap(([field, value]) => [field, JSON.stringify(value)]),
    ]);
  return commands;
}

function parseAll<T>(texts: Record<string, string>, parse: (text: string) => T | null): Map<string, T> {
  const values = new Map<string, T>();
  for (const [field, text] of Object.entries(texts)) {
    const value = parse(text);
    if (value !== null) values.set(field, value);
  }
  return values;
}

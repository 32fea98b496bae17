import { OTHER, UNGROUPED } from '../domain/failure';
import type { JobEvent } from '../sources/source';
import { keys } from '../store/keys';
import type { Command } from '../store/lease';
import type { Redis } from '../redis/connection';
import { addToBucket, bucketSchema, chunkAt, FAILURE_TIERS, slotAt, type Bucket, type FailureTier } from './buckets';
import type { Fingerprint } from './fingerprint';
import { addNews, groupKindSchema, groupRecordSchema, kindOf } from './group-record';
import type { GroupKind, GroupRecord } from './group-record';
import { HeardJobs } from './heard-jobs';
import { leastWorth } from './least-worth';
import { PendingFailures, type Pending } from './pending';
import { hset, HSET_PAIRS, parseAll, parseStored } from './stored';
import { QUIET_MS } from './group-state';

/** Groups kept of one source; failures of further kinds are counted together. */
export const MAX_GROUPS = 500;
/** Groups in queues: a kind that fails in ever more queues is counted with others from there on. */
const MAX_RECORDS = 3_000;
/** Chunks that begin within this time are held too. */
const SOON_MS = 30_000;

/** What a round of writing will have made of the stored values. */
type Next = {
  kinds: Map<string, GroupKind>;
  dropped: Set<string>;
  records: Map<string, GroupRecord>;
  buckets: Map<string, { tier: FailureTier; chunk: number; fields: Map<string, Bucket> }>;
  /** Queue key → fields of it that changed. */
  fieldsOf: Map<string, Set<string>>;
};

const fieldOf = (group: string, queueKey: string) => `${group}|${queueKey}`;
const groupIn = (field: string) => field.slice(0, field.indexOf('|'));

/**
 * Counts the failures of one source by group, queue and job name. Values are written whole, each queue's together with
 * the cursor of its events: after a crash nothing is counted twice. A round of writing is `prepare`, `begin`, `commands` of
 * each queue, `tail`, `settle`; only the collector that writes goes through them.
 */
export class FailureBook {
  readonly waiting = new PendingFailures();
  private kinds = new Map<string, GroupKind>();
  private records = new Map<string, GroupRecord>();
  private readonly chunks = new Map<string, Map<string, Bucket>>();
  readonly heard = new HeardJobs();
  private isLoaded = false;
  private next: Next | null = null;
  /** Groups that may make room, the least worth first. */
  private spare: string[] = [];

  constructor(
    private readonly store: Redis,
    private readonly source: string,
  ) {}

  hear(queueKey: string, events: readonly JobEvent[]): void {
    for (const event of events) {
      const jobId = event.type === 'failed' ? event.failure?.jobId : undefined;
      if (jobId !== undefined) this.heard.add(queueKey, jobId);
    }
  }

  /** Another collector may have written: `storedUntil` says of each queue until when (ms) what waits here is stored. */
  takeOver(storedUntil: (queueKey: string) => number): void {
    this.waiting.takeBack(({ queueKey, at }) => at <= storedUntil(queueKey));
    this.next = null;
    this.isLoaded = false;
    this.chunks.clear();
  }

  /** Reads what the next round builds upon and is not held. */
  async prepare(now: number): Promise<void> {
    if (!this.isLoaded) await this.load();
    const wanted = new Set<string>();
    const add = (at: number) => {
      for (const tier of FAILURE_TIERS) if (isKept(tier, at, now)) wanted.add(this.chunkKey(tier, at));
    };
    for (const { at, failed, attempts } of this.waiting.all()) if (failed + attempts > 0) add(at);
    add(now);
    add(now + SOON_MS);
    const missing = [...wanted].filter((key) => !this.chunks.has(key));
    const texts = await Promise.all(missing.map((key) => this.store.hgetall(key)));
    for (const [index, key] of missing.entries())
      this.chunks.set(
        key,
        parseAll(texts[index] ?? {}, (text) => parseStored(bucketSchema, text)),
      );
    this.spare = await this.spareGroups(now);
  }

  /** Begins a round with all that was added until now. In one go: it has to fit the cursors that are stored with it. */
  begin(now: number): void {
    this.waiting.freeze((entry) => this.canCount(entry, now));
    const next: Next = {
      kinds: new Map(),
      dropped: new Set(),
      records: new Map(),
      buckets: new Map(),
      fieldsOf: new Map(),
    };
    const spare = [...this.spare];
    for (const entry of this.waiting.beingWritten())
      this.count({ ...entry, group: this.admit(entry, next, spare) }, next, now);
    this.next = next;
  }

  /** The part of the round that belongs to one queue. */
  commands(queueKey: string): Command[] {
    const { next } = this;
    const fields = next?.fieldsOf.get(queueKey);
    if (!next || !fields) return [];
    const kinds = new Map([...fields].map((field) => [groupIn(field), next.kinds.get(groupIn(field))]));
    const commands = [
      ...hset(
        keys.failureKinds(this.source),
        [...kinds].filter(([, kind]) => kind !== undefined),
      ),
      ...hset(
        keys.failureRecords(this.source),
        [...fields].map((field) => [field, next.records.get(field)]),
      ),
    ];
    for (const [key, { tier, chunk, fields: buckets }] of next.buckets) {
      const ours = [...fields]
        .filter((field) => buckets.has(field))
        .map((field) => [field, buckets.get(field)] as const);
      if (ours.length > 0)
        commands.push(...hset(key, ours), ['PEXPIREAT', key, (chunk + 1) * tier.chunkMs + tier.retentionMs]);
    }
    return commands;
  }

  /** Groups that had to make room. */
  tail(): Command[] {
    const dropped = [...(this.next?.dropped ?? [])];
    if (dropped.length === 0) return [];
    const fields = [...this.records.keys()].filter((field) => dropped.includes(groupIn(field)));
    const commands: Command[] = [['HDEL', keys.failureKinds(this.source), ...dropped]];
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
      for (const field of this.records.keys()) if (next.dropped.has(groupIn(field))) this.records.delete(field);
    for (const [key, { fields }] of next.buckets) {
      const held = this.chunks.get(key);
      for (const [field, bucket] of fields) held?.set(field, bucket);
    }
    const open = new Set(
      FAILURE_TIERS.flatMap((tier) => [this.chunkKey(tier, now), this.chunkKey(tier, now + SOON_MS)]),
    );
    for (const key of this.chunks.keys()) if (!open.has(key)) this.chunks.delete(key);
    this.waiting.settle();
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
    const isNear = this.kinds.size + this.waiting.size() > MAX_GROUPS || this.records.size >= MAX_RECORDS;
    if (!isNear) return [];
    const cared = new Set(await this.store.hkeys(keys.failureCare));
    const counts = new Map<string, number>();
    for (const [field, { failed, attempts }] of this.records) {
      const group = groupIn(field);
      counts.set(group, (counts.get(group) ?? 0) + failed + attempts);
    }
    const inUse = new Set([...this.waiting.all()].map(({ group }) => group));
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

  /** All that is built upon is held; else the entry waits for the next round. */
  private canCount({ at, failed, attempts }: Pending, now: number): boolean {
    return (
      failed + attempts === 0 ||
      FAILURE_TIERS.every((tier) => !isKept(tier, at, now) || this.chunks.has(this.chunkKey(tier, at)))
    );
  }

  private count(entry: Pending, next: Next, now: number): void {
    const { at, name, failed, attempts, group, queueKey } = entry;
    const field = fieldOf(group, queueKey);
    const fields = next.fieldsOf.get(queueKey);
    if (fields) fields.add(field);
    else next.fieldsOf.set(queueKey, new Set([field]));
    next.records.set(field, addNews(next.records.get(field) ?? this.records.get(field), entry));
    if (failed + attempts === 0) return;
    for (const tier of FAILURE_TIERS) {
      if (!isKept(tier, at, now)) continue;
      const key = this.chunkKey(tier, at);
      let chunk = next.buckets.get(key);
      if (!chunk) next.buckets.set(key, (chunk = { tier, chunk: chunkAt(tier, at), fields: new Map() }));
      const bucket = chunk.fields.get(field) ?? this.chunks.get(key)?.get(field) ?? [];
      chunk.fields.set(field, addToBucket(bucket, name, slotAt(tier, at), failed, attempts));
    }
  }

  private chunkKey(tier: FailureTier, at: number): string {
    return keys.failureChunk(tier.name, this.source, chunkAt(tier, at));
  }
}

function isKept(tier: FailureTier, at: number, now: number): boolean {
  return at >= now - tier.retentionMs;
}

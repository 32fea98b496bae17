import { failureCareSchema, OTHER, UNGROUPED, type FailureCare, type FailureScan } from '../domain/failure';
import type { Redis } from '../redis/connection';
import { keys } from '../store/keys';
import { bucketSchema, chunksIn, tierOf, type Bucket, type FailureTier } from './buckets';
import { groupKindSchema, groupRecordSchema, type GroupKind, type GroupRecord } from './group-record';
import { retainedSchema, scanRecordSchema, type Retained } from './scan-record';
import { parseAll, parseStored } from './stored';

/** Answers are built from what was read at most so long ago: many people look at the same list. */
const SHARED_MS = 1_000;

/** One group in one queue, as stored. `buckets`: by start of their chunk (ms). */
export type StoredShare = {
  group: string;
  queueKey: string;
  record: GroupRecord;
  buckets: { start: number; bucket: Bucket }[];
};

/** All that is stored of the failures of all sources, with the counts of a range. */
export type StoredFailures = {
  tier: FailureTier;
  kinds: Map<string, GroupKind>;
  shares: StoredShare[];
  retained: Map<string, Retained>;
  care: Map<string, FailureCare>;
  scans: FailureScan[];
};

/** Reads what the collector keeps of failures. */
export class FailureStore {
  private readonly recent = new Map<string, { at: number; answer: Promise<StoredFailures> }>();

  constructor(
    private readonly store: Redis,
    private readonly sources: readonly string[],
  ) {}

  /** @throws when the store does not answer */
  read(from: number, to: number, now: number): Promise<StoredFailures> {
    const tier = tierOf(from, to, now);
    const chunks = chunksIn(tier, from, to);
    const key = `${tier.name} ${chunks[0]} ${chunks.at(-1)}`;
    const recent = this.recent.get(key);
    if (recent && now - recent.at < SHARED_MS) return recent.answer;
    for (const [one, { at }] of this.recent) if (now - at >= SHARED_MS) this.recent.delete(one);
    const answer = this.readAll(tier, chunks);
    this.recent.set(key, { at: now, answer });
    answer.catch(() => this.recent.delete(key));
    return answer;
  }

  private async readAll(tier: FailureTier, chunks: readonly number[]): Promise<StoredFailures> {
    const [care, ...sources] = await Promise.all([
      this.store.hgetall(keys.failureCare),
      ...this.sources.map((source) => this.readSource(source, tier, chunks)),
    ]);
    const kinds = new Map<string, GroupKind>();
    for (const source of sources)
      for (const [group, kind] of source.kinds) {
        const known = kinds.get(group);
        kinds.set(group, known && known.lastSeen > kind.lastSeen ? known : kind);
      }
    return {
      tier,
      kinds,
      shares: sources.flatMap(({ shares }) => shares),
      retained: new Map(sources.flatMap(({ retained }) => [...retained])),
      care: parseAll(care, (text) => parseStored(failureCareSchema, text)),
      scans: sources.map(({ scan }) => scan),
    };
  }

  private async readSource(source: string, tier: FailureTier, chunks: readonly number[]) {
    const [kinds, records, retained, scans, ...buckets] = await Promise.all([
      this.store.hgetall(keys.failureKinds(source)),
      this.store.hgetall(keys.failureRecords(source)),
      this.store.hgetall(keys.failureRetained(source)),
      this.store.hgetall(keys.failureScans(source)),
      ...chunks.map((chunk) => this.store.hgetall(keys.failureChunk(tier.name, source, chunk))),
    ]);
    const shares = new Map<string, StoredShare>();
    for (const [field, record] of parseAll(records, (text) => parseStored(groupRecordSchema, text))) {
      const cut = field.indexOf('|');
      shares.set(field, { group: field.slice(0, cut), queueKey: field.slice(cut + 1), record, buckets: [] });
    }
    for (const [index, chunk] of chunks.entries())
      for (const [field, bucket] of parseAll(buckets[index] ?? {}, (text) => parseStored(bucketSchema, text)))
        shares.get(field)?.buckets.push({ start: chunk * tier.chunkMs, bucket });
    const kept = parseAll(retained, (text) => parseStored(retainedSchema, text));
    return {
      kinds: parseAll(kinds, (text) => parseStored(groupKindSchema, text)),
      shares: [...shares.values()],
      retained: kept,
      scan: scanOf(
        source,
        parseAll(scans, (text) => parseStored(scanRecordSchema, text)),
        kept,
      ),
    };
  }
}

function scanOf(
  source: string,
  scans: ReadonlyMap<string, { scanned: number; of: number }>,
  kept: ReadonlyMap<string, Retained>,
): FailureScan {
  let [scanned, of] = [0, 0];
  for (const scan of scans.values()) {
    scanned += scan.scanned;
    of += Math.max(scan.of, scan.scanned);
  }
  const times = [...kept.values()].map(({ at }) => at);
  return { source, scanned, of, queuesLeft: scans.size, doneAt: times.length === 0 ? null : Math.min(...times) };
}

/** Not a group: what could not be told, or was too much to be told apart. */
export function isRest(group: string): boolean {
  return group === UNGROUPED || group === OTHER;
}

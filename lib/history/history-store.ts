import type { Redis } from '../redis/connection';
import { keys } from '../store/keys';
import type { Command } from '../store/lease';
import { codecOf, type Codec } from './codecs';
import { chunkOf, chunksOf, endOf, indexOf, slotOf, type Tier } from './tiers';

/** A chunk is closed this long after its last slot, so that late events still find it open. */
const GRACE_MS = 2 * 60_000;

/** A record by the time (ms) that its slot begins at. */
export type Stored<R> = { at: number; record: R };

/** Names a slot of one queue in one tier. */
export type SlotRef = { tier: Tier; queueKey: string; at: number };

/** Commands that store one record of a queue, replacing what was stored for its slot. */
export function recordCommands<R>({ tier, queueKey, at }: SlotRef, record: R, codec: Codec<R>): Command[] {
  const chunk = chunkOf(tier, at);
  const key = keys.openChunk(tier.name, queueKey, chunk);
  return [
    ['HSET', key, indexOf(tier, at), codec.encode(record)],
    ['PEXPIREAT', key, endOf(tier, chunk)],
    ['ZADD', keys.openChunks, (chunk + 1) * tier.chunkMs + GRACE_MS, `${tier.name}|${queueKey}|${chunk}`],
  ];
}

/** Commands that store in how many ms of a slot a source was looked at. */
export function presenceCommands(tier: Tier, source: string, at: number, coveredMs: number): Command[] {
  const chunk = chunkOf(tier, at);
  const key = keys.presence(tier.name, source, chunk);
  return [
    ['HSET', key, indexOf(tier, at), Math.min(tier.slotMs, Math.round(coveredMs))],
    ['PEXPIREAT', key, endOf(tier, chunk)],
  ];
}

/** Reads single records, `null` where nothing is stored. All `wanted` are of tiers with the codec `codec`. */
export async function readSlots<R>(store: Redis, wanted: readonly SlotRef[], codec: Codec<R>): Promise<(R | null)[]> {
  if (wanted.length === 0) return [];
  const pipeline = store.pipeline();
  for (const { tier, queueKey, at } of wanted)
    pipeline.hgetBuffer(keys.openChunk(tier.name, queueKey, chunkOf(tier, at)), String(indexOf(tier, at)));
  const open = (await values(pipeline)) as (Buffer | null)[];
  const records = open.map((bytes) => (bytes === null ? null : safely(() => codec.decode(bytes))));
  const closed = new Map<string, SlotRef[]>();
  for (const [index, ref] of wanted.entries()) {
    if (records[index]) continue;
    const key = keys.closedChunk(ref.tier.name, ref.queueKey, chunkOf(ref.tier, ref.at));
    closed.set(key, [...(closed.get(key) ?? []), ref]);
  }
  if (closed.size === 0) return records;
  const second = store.pipeline();
  for (const key of closed.keys()) second.getBuffer(key);
  const packed = (await values(second)) as (Buffer | null)[];
  for (const [position, refs] of [...closed.values()].entries()) {
    const bytes = packed[position];
    const chunk = bytes ? safely(() => codec.unpack(bytes)) : null;
    if (chunk) for (const ref of refs) records[wanted.indexOf(ref)] = chunk.get(indexOf(ref.tier, ref.at)) ?? null;
  }
  return records;
}

/** Reads how long a source was looked at in single slots (ms). */
export async function readPresence(
  store: Redis,
  source: string,
  wanted: readonly { tier: Tier; at: number }[],
): Promise<number[]> {
  const pipeline = store.pipeline();
  for (const { tier, at } of wanted)
    pipeline.hget(keys.presence(tier.name, source, chunkOf(tier, at)), String(indexOf(tier, at)));
  return (await values(pipeline)).map((value) => Number(value ?? 0));
}

export type StoredRange<R> = {
  /** Ascending; slots without a record are left out. */
  records: Stored<R>[];
  /** Start of a slot (ms) → ms of it in which the source was looked at. */
  presence: Map<number, number>;
  /** When the queue was first seen, `null` when never. */
  firstSeenAt: number | null;
};

/** Reads all records of one queue in the chunks that touch [from, to): three commands a chunk, in one go. */
export async function readRange<R>(
  store: Redis,
  tier: Tier,
  source: string,
  queueKey: string,
  from: number,
  to: number,
  codec: Codec<R> = codecOf(tier.name) as Codec<R>,
): Promise<StoredRange<R>> {
  const chunks = chunksOf(tier, from, to);
  const pipeline = store.pipeline();
  pipeline.hget(keys.firstSeen, queueKey);
  for (const chunk of chunks) {
    pipeline.getBuffer(keys.closedChunk(tier.name, queueKey, chunk));
    pipeline.hgetallBuffer(keys.openChunk(tier.name, queueKey, chunk));
    pipeline.hgetall(keys.presence(tier.name, source, chunk));
  }
  const [firstSeen, ...replies] = await values(pipeline);
  const range: StoredRange<R> = {
    records: [],
    presence: new Map(),
    firstSeenAt: firstSeen == null ? null : Number(firstSeen),
  };
  for (const [index, chunk] of chunks.entries()) {
    const records = joinChunk(
      codec,
      replies[index * 3] as Buffer | null,
      replies[index * 3 + 1] as Record<string, Buffer>,
    );
    const presence = replies[index * 3 + 2] as Record<string, string>;
    const start = chunk * tier.chunkMs;
    for (const [position, record] of records) range.records.push({ at: start + position * tier.slotMs, record });
    for (const [position, ms] of Object.entries(presence))
      range.presence.set(start + Number(position) * tier.slotMs, Number(ms));
  }
  range.records.sort((a, b) => a.at - b.at);
  return range;
}

/** What a chunk holds: its packed records, and those that were written since. Unreadable records are left out. */
export function joinChunk<R>(codec: Codec<R>, packed: Buffer | null, open: Record<string, Buffer>): Map<number, R> {
  const records = (packed && safely(() => codec.unpack(packed))) ?? new Map<number, R>();
  for (const [position, bytes] of Object.entries(open)) {
    const record = safely(() => codec.decode(bytes));
    if (record) records.set(Number(position), record);
  }
  return records;
}

/** Start of the slot of `at`, and the tier: what records are kept by. */
export function refOf(tier: Tier, queueKey: string, at: number): SlotRef {
  return { tier, queueKey, at: slotOf(tier, at) };
}

/** Replies of a pipeline. @throws the first error among them */
export async function values(pipeline: ReturnType<Redis['pipeline']>): Promise<unknown[]> {
  return ((await pipeline.exec()) ?? []).map(([error, value]) => {
    if (error) throw error;
    return value;
  });
}

/** A record that cannot be read is a gap, not an error for the whole chart. */
function safely<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

import type { Redis } from 'ioredis';
import { keys } from '../store/keys';
import type { Command } from '../store/lease';
import { decodeMinute, encodeMinute, type MinuteRecord } from './minute';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
/** How far back minutes are kept. */
export const RETENTION_MS = 72 * HOUR_MS;
/** Whole chunks (an hour each) expire; one hour more keeps the oldest promised minute readable. */
const EXPIRE_AFTER_MS = RETENTION_MS + 2 * HOUR_MS;

/** A minute of one queue, by the time it begins at (ms). */
export type StoredMinute = { at: number; record: MinuteRecord };

const hourOf = (at: number) => Math.floor(at / HOUR_MS);
const minuteOf = (at: number) => Math.floor((at % HOUR_MS) / MINUTE_MS);

/** Commands that store one minute of a queue, replacing what was stored for it. */
export function minuteCommands(queueKey: string, at: number, record: MinuteRecord): Command[] {
  const key = keys.minutes(queueKey, hourOf(at));
  return [
    ['HSET', key, minuteOf(at), encodeMinute(record)],
    ['PEXPIREAT', key, (hourOf(at) + 1) * HOUR_MS + EXPIRE_AFTER_MS],
  ];
}

/** Commands that store in how many ms of a minute a source was looked at. */
export function presenceCommands(source: string, at: number, coveredMs: number): Command[] {
  const key = keys.presence(source, hourOf(at));
  return [
    ['HSET', key, minuteOf(at), Math.min(MINUTE_MS, Math.round(coveredMs))],
    ['PEXPIREAT', key, (hourOf(at) + 1) * HOUR_MS + EXPIRE_AFTER_MS],
  ];
}

/** Reads one minute of several queues, `null` where nothing is stored. */
export async function readMinutes(
  store: Redis,
  wanted: readonly { queueKey: string; at: number }[],
): Promise<(MinuteRecord | null)[]> {
  if (wanted.length === 0) return [];
  const pipeline = store.pipeline();
  for (const { queueKey, at } of wanted) pipeline.hgetBuffer(keys.minutes(queueKey, hourOf(at)), String(minuteOf(at)));
  const replies = (await pipeline.exec()) ?? [];
  return replies.map(([error, bytes]) => {
    if (error) throw error;
    return bytes === null ? null : decodeSafely(bytes as Buffer);
  });
}

export type StoredRange = {
  /** Ascending; minutes without a record are left out. */
  minutes: StoredMinute[];
  /** Minute (ms) → ms of it in which the source was looked at. */
  presence: Map<number, number>;
  /** When the queue was first seen, `null` when never. */
  firstSeenAt: number | null;
};

/** Reads all minutes of one queue that touch [from, to), by whole hours: one command an hour for each of two hashes. */
export async function readRange(
  store: Redis,
  source: string,
  queueKey: string,
  from: number,
  to: number,
): Promise<StoredRange> {
  const hours: number[] = [];
  for (let hour = hourOf(from); hour * HOUR_MS < to; hour += 1) hours.push(hour);
  const pipeline = store.pipeline();
  pipeline.hget(keys.firstSeen, queueKey);
  for (const hour of hours) {
    pipeline.hgetallBuffer(keys.minutes(queueKey, hour));
    pipeline.hgetall(keys.presence(source, hour));
  }
  const replies = (await pipeline.exec()) ?? [];
  const values = replies.map(([error, value]) => {
    if (error) throw error;
    return value;
  });
  const range: StoredRange = {
    minutes: [],
    presence: new Map(),
    firstSeenAt: values[0] == null ? null : Number(values[0]),
  };
  for (const [index, hour] of hours.entries()) {
    const records = values[1 + index * 2] as Record<string, Buffer>;
    const presence = values[2 + index * 2] as Record<string, string>;
    for (const [minute, bytes] of Object.entries(records)) {
      const record = decodeSafely(bytes);
      if (record) range.minutes.push({ at: hour * HOUR_MS + Number(minute) * MINUTE_MS, record });
    }
    for (const [minute, ms] of Object.entries(presence))
      range.presence.set(hour * HOUR_MS + Number(minute) * MINUTE_MS, Number(ms));
  }
  range.minutes.sort((a, b) => a.at - b.at);
  return range;
}

/** A record that cannot be read is a gap, not an error for the whole chart. */
function decodeSafely(bytes: Buffer): MinuteRecord | null {
  try {
    return decodeMinute(bytes);
  } catch {
    return null;
  }
}

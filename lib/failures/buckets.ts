import { z } from 'zod';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Failures over time: minutes for a day, hours for 90 days. A chunk is one hash, one field a group and queue. */
export type FailureTier = { name: 'm' | 'h'; slotMs: number; chunkMs: number; retentionMs: number };
export const MINUTES: FailureTier = { name: 'm', slotMs: MINUTE_MS, chunkMs: HOUR_MS, retentionMs: 26 * HOUR_MS };
export const HOURS: FailureTier = { name: 'h', slotMs: HOUR_MS, chunkMs: DAY_MS, retentionMs: 90 * DAY_MS };
export const FAILURE_TIERS = [MINUTES, HOURS] as const;

/** Names that are counted apart in one field; the rest under `null`. */
const MAX_NAMES = 20;

/** Tuples: name, slot in the chunk, failed for good, failed attempts. */
export const bucketSchema = z.array(z.tuple([z.string().nullable(), z.number(), z.number(), z.number()]));
export type Bucket = z.infer<typeof bucketSchema>;

export function addToBucket(
  bucket: Bucket,
  name: string | null,
  slot: number,
  failed: number,
  attempts: number,
): Bucket {
  const names = new Set(bucket.map(([one]) => one));
  const counted = names.has(name) || names.size < MAX_NAMES ? name : null;
  const at = bucket.findIndex(([one, position]) => one === counted && position === slot);
  if (at < 0) return [...bucket, [counted, slot, failed, attempts]];
  return bucket.map((entry, index) =>
    index === at ? [entry[0], entry[1], entry[2] + failed, entry[3] + attempts] : entry,
  );
}

export function chunkAt(tier: FailureTier, at: number): number {
  return Math.floor(at / tier.chunkMs);
}

export function slotAt(tier: FailureTier, at: number): number {
  return Math.floor((at % tier.chunkMs) / tier.slotMs);
}

/** The tier for a range, and its chunks (ascending): minutes as far as they are kept. */
export function tierOf(from: number, to: number, now: number): FailureTier {
  return now - from <= 25 * HOUR_MS && to - from <= 25 * HOUR_MS ? MINUTES : HOURS;
}

export function chunksIn(tier: FailureTier, from: number, to: number): number[] {
  const chunks: number[] = [];
  for (let chunk = chunkAt(tier, from); chunk * tier.chunkMs < to; chunk += 1) chunks.push(chunk);
  return chunks;
}

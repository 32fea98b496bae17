export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/**
 * One resolution of the history. Records lie in slots of `slotMs`; `chunkMs` of them share a key, which ends as a
 * whole `retentionMs` after its last slot.
 */
export type Tier = {
  readonly name: '10s' | '1m' | '10m' | '1h' | 'n1m' | 'n1h';
  readonly slotMs: number;
  readonly chunkMs: number;
  readonly retentionMs: number;
};

/** How long each resolution is kept. */
export type Retention = { tenSecondsHours: number; minutesDays: number; tenMinutesDays: number; hoursDays: number };

export const DEFAULT_RETENTION: Retention = { tenSecondsHours: 3, minutesDays: 3, tenMinutesDays: 30, hoursDays: 400 };

export type Tiers = {
  /** The one of `series` whose slots are minutes. */
  readonly minutes: Tier;
  /** Of a queue's own series, finest first. */
  readonly series: readonly Tier[];
  /** Of the figures by job name, finest first. */
  readonly names: readonly Tier[];
};

/** The tiers for a retention. The minutes' chunks are an hour long, as the first layout of the store had them. */
export function tiersFor(retention: Retention): Tiers {
  const ofMinutes = { slotMs: MINUTE_MS, chunkMs: HOUR_MS, retentionMs: retention.minutesDays * DAY_MS };
  const minutes: Tier = { name: '1m', ...ofMinutes };
  const hours = { slotMs: HOUR_MS, chunkMs: 4 * DAY_MS, retentionMs: retention.hoursDays * DAY_MS };
  return {
    minutes,
    series: [
      {
        name: '10s',
        slotMs: 10 * SECOND_MS,
        chunkMs: 15 * MINUTE_MS,
        retentionMs: retention.tenSecondsHours * HOUR_MS,
      },
      minutes,
      {
        name: '10m',
        slotMs: 10 * MINUTE_MS,
        chunkMs: 12 * HOUR_MS,
        retentionMs: retention.tenMinutesDays * DAY_MS,
      },
      { name: '1h', ...hours },
    ],
    names: [
      { name: 'n1m', ...ofMinutes },
      { name: 'n1h', ...hours },
    ],
  };
}

export const DEFAULT_TIERS = tiersFor(DEFAULT_RETENTION);

/** Start (ms) of the slot that `at` lies in. */
export function slotOf(tier: Tier, at: number): number {
  return Math.floor(at / tier.slotMs) * tier.slotMs;
}

/** Number of the chunk that `at` lies in. */
export function chunkOf(tier: Tier, at: number): number {
  return Math.floor(at / tier.chunkMs);
}

/** Position of a slot within its chunk. */
export function indexOf(tier: Tier, at: number): number {
  return Math.floor((at % tier.chunkMs) / tier.slotMs);
}

/** When the chunk's key ends (ms): one chunk more than promised, so that the oldest promised slot is whole. */
export function endOf(tier: Tier, chunk: number): number {
  return (chunk + 2) * tier.chunkMs + tier.retentionMs;
}

/** Numbers of the chunks that touch [from, to). */
export function chunksOf(tier: Tier, from: number, to: number): number[] {
  const chunks: number[] = [];
  for (let chunk = chunkOf(tier, from); chunk * tier.chunkMs < to; chunk += 1) chunks.push(chunk);
  return chunks;
}

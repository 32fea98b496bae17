import { comparableHours, usualOf, type EarlierHour, type Usual } from '../diagnose/usual';
import { COUNTER_METRICS, GAUGE_METRICS, type CounterMetric, type GaugeMetric } from '../domain/series';
import type { QueueId } from '../domain/queue';
import { SERIES_CODEC } from '../history/codecs';
import { readPresence, readRange, readSlots } from '../history/history-store';
import type { SeriesRecord } from '../history/record';
import { quantileOf } from '../history/sketch';
import { DAY_MS, DEFAULT_TIERS, HOUR_MS, MINUTE_MS, type Tier, type Tiers } from '../history/tiers';
import type { Redis } from '../redis/connection';

/** What is usual is asked again with each hour, and how long pauses are this often. */
const AGAIN_MS = 5 * 60_000;
/** Arrivals within a shorter time may be one batch. */
const LEAST_SPAN_MS = 10 * 60_000;
/** One queue a look: three reads of the store, some milliseconds of unpacking. */
const QUEUES_AT_ONCE = 1;

type Kept = { hour: number; askedAt: number; usual: Usual | null };

/** What is usual for each queue at this hour, read from the history, one queue after the other. Times ms. */
export class UsualKeeper {
  private readonly kept = new Map<string, Kept>();
  private readonly hours: Tier | null;
  private readonly finest: Tier | null;
  private readonly minutes: Tier | null;

  constructor(
    private readonly store: Redis,
    tiers: Tiers = DEFAULT_TIERS,
  ) {
    this.hours = tiers.series.find(({ slotMs }) => slotMs === HOUR_MS) ?? null;
    this.finest = tiers.series[0] ?? null;
    this.minutes = tiers.series.find(({ slotMs }) => slotMs === MINUTE_MS) ?? null;
  }

  of(queueKey: string): Usual | null {
    return this.kept.get(queueKey)?.usual ?? null;
  }

  forget(queueKeys: readonly string[]): void {
    for (const key of queueKeys) this.kept.delete(key);
  }

  /** Reads what is due first. @throws when the store does not answer */
  async step(queues: readonly { key: string; id: QueueId }[], now: number): Promise<void> {
    const hour = now - (now % HOUR_MS);
    const due = queues
      .map((queue) => ({ queue, kept: this.kept.get(queue.key) }))
      .filter(({ kept }) => kept === undefined || kept.hour !== hour || now - kept.askedAt > AGAIN_MS)
      .sort((a, b) => (a.kept?.askedAt ?? 0) - (b.kept?.askedAt ?? 0))
      .slice(0, QUEUES_AT_ONCE);
    for (const { queue, kept } of due) {
      const usual = kept?.hour === hour ? kept.usual : await this.read(queue, now);
      const quietMs = usual === null ? null : await this.quiet(queue, now);
      this.kept.set(queue.key, { hour, askedAt: now, usual: usual && { ...usual, quietMs } });
    }
  }

  private async read({ key, id }: { key: string; id: QueueId }, now: number): Promise<Usual | null> {
    const { hours: tier } = this;
    if (tier === null) return null;
    const starts = comparableHours(now);
    const [records, covered] = await Promise.all([
      readSlots(
        this.store,
        starts.map((at) => ({ tier, queueKey: key, at })),
        SERIES_CODEC,
      ),
      readPresence(
        this.store,
        id.source,
        starts.map((at) => ({ tier, at })),
      ),
    ]);
    const hours = starts.flatMap((at, index): EarlierHour[] => {
      const record = records[index] ?? null;
      if (record !== null) return [toHour(at, record)];
      // Nothing was written of an hour that was watched: nothing happened in it.
      return (covered[index] ?? 0) > HOUR_MS / 2
        ? [{ at, arrived: 0, finished: 0, failed: 0, runMs: null, backlog: null, workers: null }]
        : [];
    });
    return usualOf(hours, now);
  }

  /** Longest time between two arrivals in the last hour; where little came in it, at this hour yesterday. */
  private async quiet(queue: { key: string; id: QueueId }, now: number): Promise<number | null> {
    return (await this.pause(this.finest, queue, now)) ?? (await this.pause(this.minutes, queue, now - DAY_MS));
  }

  /** In the hour that ends at `until`, as fine as the tier; `null` where arrivals do not span a good part of it. */
  private async pause(
    tier: Tier | null,
    { key, id }: { key: string; id: QueueId },
    until: number,
  ): Promise<number | null> {
    if (tier === null) return null;
    const from = until - HOUR_MS;
    const { records } = await readRange(this.store, tier, id.source, key, from, until, SERIES_CODEC);
    const times = records
      .filter(({ at, record }) => at >= from && counterOf(record, 'arrived') > 0)
      .map(({ at }) => at);
    if ((times.at(-1) ?? 0) - (times[0] ?? 0) < LEAST_SPAN_MS) return null;
    return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)));
  }
}

function toHour(at: number, record: SeriesRecord): EarlierHour {
  const failed = counterOf(record, 'failed');
  return {
    at,
    arrived: counterOf(record, 'arrived'),
    finished: failed + counterOf(record, 'completed'),
    failed,
    runMs: quantileOf(record.run, 0.5),
    backlog: gaugeOf(record, 'depth.backlog'),
    workers: gaugeOf(record, 'workers'),
  };
}

function counterOf(record: SeriesRecord, name: CounterMetric): number {
  return record.counters[COUNTER_METRICS.indexOf(name)] ?? 0;
}

function gaugeOf(record: SeriesRecord, name: GaugeMetric): number | null {
  return record.gauges[GAUGE_METRICS.indexOf(name)]?.max ?? null;
}

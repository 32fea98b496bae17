import type { Queue } from '../domain/queue';
import { TREND_MINUTES, type Trends } from '../domain/trend';
import type { Redis } from '../redis/connection';
import { readRange } from './history-store';
import type { SeriesRecord } from './record';
import { toSeries } from './series';
import { MINUTE_MS, type Tier } from './tiers';

/** The newest minute is in the store this long (ms) after its end. */
const WRITTEN_AFTER_MS = 8_000;
/** Queues read at a time. */
const AT_ONCE = 10;
const METRIC = 'depth.backlog';

/**
 * The backlog of the last half hour, for many queues at once. What was read serves everybody for the rest of the
 * minute: however many browsers ask, the store is asked once a minute for each queue that somebody has in view.
 */
export class BacklogTrends {
  private to = 0;
  private readonly known = new Map<string, Promise<(number | null)[]>>();

  constructor(
    private readonly store: Redis,
    private readonly minutes: Tier,
  ) {}

  /** Of whole minutes only. `now`: ms. @throws when the store does not answer */
  async read(queues: readonly Queue[], now: number): Promise<Trends> {
    const to = Math.floor((now - WRITTEN_AFTER_MS) / MINUTE_MS) * MINUTE_MS;
    if (to !== this.to) this.known.clear();
    this.to = to;
    const from = to - TREND_MINUTES * MINUTE_MS;
    const trends: Trends['trends'] = {};
    for (let start = 0; start < queues.length; start += AT_ONCE)
      await Promise.all(
        queues.slice(start, start + AT_ONCE).map(async (queue) => {
          trends[queue.key] = await this.once(queue, from, to);
        }),
      );
    return { from, to, stepMs: MINUTE_MS, trends };
  }

  private once(queue: Queue, from: number, to: number): Promise<(number | null)[]> {
    const { known } = this;
    const before = known.get(queue.key);
    if (before) return before;
    const reading = this.readOne(queue, from, to);
    known.set(queue.key, reading);
    reading.catch(() => known.delete(queue.key));
    return reading;
  }

  private async readOne({ id, key }: Queue, from: number, to: number): Promise<(number | null)[]> {
    const { store, minutes: tier } = this;
    const stored = await readRange<SeriesRecord>(store, tier, id.source, key, from, to);
    // The minute that still runs is not asked for.
    const { series } = toSeries(stored, { tier, from, to, stepMs: MINUTE_MS, metrics: [METRIC], now: to + MINUTE_MS });
    return series[METRIC] ?? [];
  }
}

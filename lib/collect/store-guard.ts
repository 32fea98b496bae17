import { serverOf } from '../redis/cluster';
import type { Redis } from '../redis/connection';
import { keys, PREFIX } from '../store/keys';

const MEASURE_EVERY_MS = 5 * 60_000;
const PRESSURE_EVERY_MS = 10_000;
/** Above this share of maxmemory nothing more is kept: the queues come first. */
const MAX_MEMORY_SHARE = 0.8;
const SCAN_COUNT = 500;

/**
 * Keeps our own data within its cap and away from the store's memory limit. While it objects, history is not written;
 * watching, alerts and actions go on.
 */
export class StoreGuard {
  private usedBytes: number | null = null;
  private measuredAt = 0;
  private pressureAt = 0;
  private pressure: string | null = null;
  private isMeasuring = false;

  constructor(
    private readonly store: Redis,
    private readonly maxMb: number,
  ) {}

  /** Why history must not be written now, `null` when it may. Asks the store at most every 10 s. */
  async objection(now: number): Promise<string | null> {
    if (now - this.pressureAt >= PRESSURE_EVERY_MS) {
      this.pressureAt = now;
      this.pressure = await this.memoryPressure();
    }
    if (!this.isMeasuring && now - this.measuredAt >= MEASURE_EVERY_MS) {
      this.measuredAt = now;
      this.isMeasuring = true;
      this.measure()
        .catch(() => undefined)
        .finally(() => (this.isMeasuring = false));
    }
    if (this.pressure) return this.pressure;
    const usedMb = (this.usedBytes ?? 0) / 1_048_576;
    if (usedMb > this.maxMb)
      return `Tailback's own data takes ${Math.round(usedMb)} MB, over its cap of ${this.maxMb} MB (TAILBACK_STORE_MAX_MB).`;
    return null;
  }

  private async memoryPressure(): Promise<string | null> {
    let info: string;
    try {
      info = await (this.server() ?? this.store).info('memory');
    } catch {
      return null;
    }
    const number = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
    const share = number('maxmemory') > 0 ? number('used_memory') / number('maxmemory') : 0;
    return share > MAX_MEMORY_SHARE ? `The store's Redis is ${Math.round(share * 100)} % full.` : null;
  }

  /** The one that holds all of our keys; `null` while it is not known. */
  private server() {
    return serverOf(this.store, keys.schema);
  }

  /** MEMORY USAGE of all our keys, found by a paced SCAN of the whole keyspace. */
  private async measure(): Promise<void> {
    const server = this.server();
    if (!server) return;
    let cursor = '0';
    let bytes = 0;
    do {
      const [next, found] = await server.scan(cursor, 'MATCH', `${PREFIX}*`, 'COUNT', SCAN_COUNT);
      cursor = next;
      if (found.length > 0) {
        const pipeline = server.pipeline();
        for (const key of found) pipeline.memory('USAGE', key);
        for (const [error, size] of (await pipeline.exec()) ?? []) if (!error) bytes += Number(size ?? 0);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    } while (cursor !== '0');
    this.usedBytes = bytes;
  }
}

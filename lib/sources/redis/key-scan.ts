import type { Server } from '../../redis/servers';
import { MARKER_PATTERN } from './keys';

/** Keys looked at by one SCAN call: about 0.3 ms of the broker's time. */
const SCAN_COUNT = 1_000;
/** Up to this many keys a pass is quick enough that a new queue shows within 5 s. */
const SMALL_KEYSPACE = 100_000;
/** Time of a look that scanning may take; with looks about every second, 1 % of the broker in a large keyspace. */
const SCAN_BUDGET_MS = 8;
const SCAN_BUDGET_SMALL_MS = 40;
/** Pause between two passes. */
const PASS_PAUSE_MS = 3_000;

/** A paced SCAN of one server that goes round for ever. */
export class KeyScan {
  private cursor = '0';
  private passEndedAt = 0;
  /** Looked at in the running pass. */
  keysInPass = 0;
  lastCompletedAt: number | null = null;
  totalKeys: number | null = null;

  isResting(): boolean {
    return this.cursor === '0';
  }

  /** The next slice: at most about 40 ms, in a large keyspace 8 ms. `onKey` gets each key that may betray a queue. */
  async slice({ redis }: Server, now: number, onKey: (key: string) => void): Promise<void> {
    if (this.cursor === '0') {
      if (now - this.passEndedAt < PASS_PAUSE_MS) return;
      this.totalKeys = await redis.dbsize();
      this.keysInPass = 0;
    }
    const budget = (this.totalKeys ?? Infinity) <= SMALL_KEYSPACE ? SCAN_BUDGET_SMALL_MS : SCAN_BUDGET_MS;
    const until = performance.now() + budget;
    do {
      const [next, keys] = await redis.scan(this.cursor, 'MATCH', MARKER_PATTERN, 'COUNT', SCAN_COUNT);
      this.cursor = next;
      this.keysInPass += SCAN_COUNT;
      for (const key of keys) onKey(key);
    } while (this.cursor !== '0' && performance.now() < until);
    if (this.cursor === '0') {
      this.passEndedAt = now;
      this.lastCompletedAt = now;
    }
  }
}

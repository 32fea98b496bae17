import { queueTotalsSchema, type QueueTotals } from '../domain/totals';
import type { QueueReading } from '../sources/source';
import type { QueueFigures } from './queue-figures';
import type { QueueStalls } from './queue-stalls';
import type { RunningTotals } from './queue-totals';

/** A queue as the collector knows it. `key`: opaque form of its id. `unread`: why it could not be read at the last look. */
export type WatchedQueue = {
  key: string;
  reading: QueueReading;
  figures: QueueFigures;
  totals: RunningTotals;
  unread: string | null;
  stalls: QueueStalls;
};

/** `null` where nothing was stored, or nothing that this version understands: counting begins anew. */
export function parseTotals(text: string | null | undefined): QueueTotals | null {
  if (text == null) return null;
  try {
    return queueTotalsSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

import { queueTotalsSchema, type QueueTotals } from '../domain/totals';
import type { Lately } from '../diagnose/lately';
import type { QueueProbe, QueueReading } from '../sources/source';
import type { QueueBytes } from './queue-bytes';
import type { QueueFigures } from './queue-figures';
import type { QueueStalls } from './queue-stalls';
import type { RunningTotals } from './queue-totals';
import type { RecentFigures } from './recent-figures';

/** A queue as the collector knows it. */
export type WatchedQueue = {
  /** Opaque form of its id. */
  key: string;
  reading: QueueReading;
  /** What is seen here, whoever writes. */
  recent: RecentFigures;
  /** What is to be stored; empty while another collector writes. */
  figures: QueueFigures;
  totals: RunningTotals;
  /** Its events are heard since then (ms, broker's clock). */
  heardFrom: number;
  /** Why it could not be read at the last look. */
  unread: string | null;
  stalls: QueueStalls;
  /** Its last quarter of an hour, for the diagnosis. */
  lately: Lately;
  /** What a closer look found last. */
  probe: QueueProbe | null;
  bytes: QueueBytes;
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

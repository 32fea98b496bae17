import { queueTotalsSchema, type QueueTotals } from '../domain/totals';
import type { QueueReading } from '../sources/source';
import type { QueueFigures } from './queue-figures';
import type { QueueStalls } from './queue-stalls';
import type { RunningTotals } from './queue-totals';

/** A queue as the collector knows it. */
export type WatchedQueue = {
  /** Opaque form of its id. */
  key: string;
  reading: QueueReading;
  figures: QueueFigures;
  totals: RunningTotals;
  /** Slots that begin at or after this (ms) are known here from their first moment on; -Infinity: all that are held. */
  wholeFrom: number;
  /** Slots begun by others were read when they were begun here. */
  isBased: boolean;
  /** Why it could not be read at the last look. */
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

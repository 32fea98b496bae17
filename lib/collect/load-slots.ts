import type { Redis } from '../redis/connection';
import { NAMES_CODEC, SERIES_CODEC } from '../history/codecs';
import { readSlots, type SlotRef } from '../history/history-store';
import type { WantedSlots } from './queue-figures';
import type { WatchedQueue } from './watched-queue';

/** Reads slots that another collector (or this one, a while ago) had begun, so that they are gone on with. */
export async function loadSlots(
  store: Redis,
  wanted: readonly { queue: WatchedQueue; slots: WantedSlots }[],
): Promise<void> {
  const refs = (which: 'series' | 'names') =>
    wanted.flatMap(({ queue, slots }) =>
      slots[which].map((slot): SlotRef & { queue: WatchedQueue } => ({ ...slot, queueKey: queue.key, queue })),
    );
  const [series, names] = [refs('series'), refs('names')];
  const [seriesRecords, namesRecords] = await Promise.all([
    readSlots(store, series, SERIES_CODEC),
    readSlots(store, names, NAMES_CODEC),
  ]);
  for (const [index, { queue, tier, at }] of series.entries()) {
    const record = seriesRecords[index];
    if (record) queue.figures.load(tier, at, record);
  }
  for (const [index, { queue, tier, at }] of names.entries()) {
    const record = namesRecords[index];
    if (record) queue.figures.loadNames(tier, at, record);
  }
}

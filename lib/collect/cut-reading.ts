import { toQueueKey } from '../domain/queue-key';
import type { EventGap, JobEvent, SourceReading } from '../sources/source';

/**
 * Where what is stored of a queue ends (ms, broker's clock): it holds what was seen of its state until `seenAfter`, and
 * of its events until `eventsAfter`. `arrivals`: what its counter of adds is told up to, at that time. `isReread`: what lies
 * beyond is told again.
 */
export type Cut = {
  seenAfter: number;
  eventsAfter: number;
  isReread: boolean;
  arrivals?: { told: number; at: number };
};

/** What is told later than this (ms) after a cut has nothing to do with what was before it. */
export const CUT_MS = 15_000;

/** What of a reading lies beyond what is stored. */
export function cutReading(reading: SourceReading, cuts: ReadonlyMap<string, Cut>): SourceReading {
  const cutOf = (queue: Parameters<typeof toQueueKey>[0]) => cuts.get(toQueueKey(queue));
  return {
    ...reading,
    readings: reading.readings.filter(({ id, at }) => at > (cutOf(id)?.seenAfter ?? -Infinity)),
    events: reading.events.flatMap(({ queue, events }) => {
      const cut = cutOf(queue);
      const kept = cut
        ? cutArrivals(
            events.filter((event) => isBeyond(event, cut)),
            cut,
          )
        : events;
      return kept.length > 0 ? [{ queue, events: kept }] : [];
    }),
    gaps: reading.gaps.flatMap((gap) => cutGap(gap, gap.queue ? cutOf(gap.queue) : undefined)),
  };
}

/** Arrivals told by a counter that was partly told before the cut: what is beyond it. */
function cutArrivals(events: JobEvent[], { arrivals }: Cut): JobEvent[] {
  if (!arrivals) return events;
  const left = new Map<number, number>();
  return events.flatMap((event) => {
    if (event.type !== 'arrived' || event.upTo === undefined || event.at > arrivals.at + CUT_MS) return [event];
    const room = left.get(event.upTo) ?? Math.max(0, event.upTo - arrivals.told);
    const count = Math.min(event.count, room);
    left.set(event.upTo, room - count);
    return count > 0 ? [{ ...event, count }] : [];
  });
}

/** Arrivals by a counter are cut by it, not by their time. */
function isBeyond(event: JobEvent, { eventsAfter, arrivals }: Cut): boolean {
  if (arrivals && event.type === 'arrived' && event.upTo !== undefined) return true;
  return event.at > eventsAfter;
}

/** What is over is stored; of one that goes on, what was made up for in it is cut off. */
function cutGap(gap: EventGap, cut: Cut | undefined): EventGap[] {
  if (!cut || gap.from > cut.seenAfter) return [gap];
  const { exact: _, ...marked } = gap;
  return gap.to > cut.seenAfter ? [marked] : [];
}

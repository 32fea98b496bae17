import type { Queue } from '../domain/queue';
import type { Departure } from '../domain/worker';
import type { QueueProbe } from '../sources/source';
import type { Lately } from './lately';
import type { Usual } from './usual';

/** A deploy that concerns the queue, as it was told. `at`: ms since the epoch. */
export type Deploy = { at: number; text: string };

/** Who paused the queue, and when (ms); `by: null` where that was not told. */
export type Pause = { at: number; by: string | null };

/** All that a condition may look at. Times in ms by the broker's clock. */
export type Look = {
  queue: Queue;
  now: number;
  /** The last quarter of an hour, by events and looks. */
  recent: Lately;
  /** The same hour of earlier days; `null` before the history was asked. */
  usual: Usual | null;
  /** What a closer look at its keys found; `null` before the first one. */
  probe: QueueProbe | null;
  pause: Pause | null;
  /** Newest first, of the last day. */
  deploys: readonly Deploy[];
  /** Workers that left it in the last quarter of an hour, oldest first. */
  left: readonly Departure[];
  /** When its broker last answered late (ms), `null` when it did not lately. */
  brokerSlowAt: number | null;
};

/** What is usual around the queue is not known: nothing but the queue itself. For tests, and for sources that tell no more. */
export function bareLook(queue: Queue, recent: Lately, now: number): Look {
  return { queue, now, recent, usual: null, probe: null, pause: null, deploys: [], left: [], brokerSlowAt: null };
}

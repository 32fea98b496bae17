import { z } from 'zod';

const unknowable = z.number().nullable();

/**
 * Whether a queue keeps up, from the last minute's figures. Rates in jobs per second, times in ms; `null` where it is
 * not known. What a worker runs at once is not in the broker: it is the most that was seen while jobs waited.
 */
export const forecastSchema = z.object({
  arrivalPerS: unknowable,
  /** What is finished now, for good or failed. */
  servicePerS: unknowable,
  /** What these workers finish when all of them are busy. */
  capacityPerS: unknowable,
  /** Busy share of that, 0 to 1. */
  utilisation: unknowable,
  /** How fast the backlog grows; negative: it shrinks. */
  trendPerS: unknowable,
  /** Mean run time of an attempt. */
  meanRunMs: unknowable,
  /** Jobs run at once by all workers, and by each of them; observed. */
  slots: unknowable,
  slotsPerWorker: unknowable,
  /** Workers that would keep up with what arrives, not counting what waits. */
  workersNeeded: unknowable,
  /** When nothing waits any more; `high: null`: it may grow for ever. */
  drain: z.object({ ms: z.number(), low: z.number(), high: unknowable }).nullable(),
  /** Why there is no `drain`, in a sentence; `null` where there is, and where nothing waits. */
  noDrainReason: z.string().nullable(),
});
export type Forecast = z.infer<typeof forecastSchema>;

/**
 * Workers that finish a backlog within `withinMs` while as much arrives as now; `null` where run time, slots or
 * arrivals are not known. Pure.
 */
export function workersToDrain(
  { arrivalPerS, meanRunMs, slotsPerWorker }: Pick<Forecast, 'arrivalPerS' | 'meanRunMs' | 'slotsPerWorker'>,
  backlog: number,
  withinMs: number,
): number | null {
  if (arrivalPerS === null || meanRunMs === null || slotsPerWorker === null || slotsPerWorker <= 0) return null;
  const perWorkerPerS = (slotsPerWorker * 1000) / Math.max(meanRunMs, 1);
  return Math.max(1, Math.ceil((arrivalPerS + backlog / (withinMs / 1000)) / perWorkerPerS - 1e-9));
}

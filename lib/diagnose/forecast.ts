import type { Forecast } from '../domain/forecast';
import { slotsOf } from './capacity';
import type { Look } from './look';
import type { DiagnosisMemory } from './memory';
import { utilisationOf, type Pressure } from './pressure';

const MINUTE_MS = 60_000;

/** Whether the queue keeps up, and when nothing waits any more. Pure. */
export function forecastOf(look: Look, memory: DiagnosisMemory, pressure: Pressure): Forecast {
  const { queue, recent, now } = look;
  const isKnown = recent.isWhole(now, MINUTE_MS) && queue.lastMinute.quality === 'exact';
  const arrivalPerS = isKnown ? recent.sum('arrived', now, MINUTE_MS) / 60 : null;
  const servicePerS = isKnown ? recent.finished(now, MINUTE_MS) / 60 : null;
  const meanRunMs = recent.meanRunMs(now, MINUTE_MS) ?? recent.meanRunMs(now, 10 * MINUTE_MS);
  const slots = slotsOf(memory.capacity);
  const perWorker = memory.capacity?.perWorker ?? null;
  const tries = triesOf(look);
  const capacityPerS = slots === null || meanRunMs === null ? null : slots / (Math.max(1, meanRunMs) / 1000) / tries;
  const newest = recent.mean('backlog', now, 10_000);
  const before = recent.mean('backlog', now, 10_000, 50_000);
  return {
    arrivalPerS: short(arrivalPerS),
    servicePerS: short(servicePerS),
    capacityPerS: short(capacityPerS),
    utilisation: short(utilisationOf(look, memory)),
    trendPerS: newest === null || before === null ? null : short((newest - before) / 50),
    meanRunMs: short(meanRunMs),
    slots: short(slots),
    slotsPerWorker: short(perWorker),
    workersNeeded:
      arrivalPerS === null || meanRunMs === null || perWorker === null
        ? null
        : Math.ceil((arrivalPerS * tries * meanRunMs) / 1000 / perWorker - 1e-9),
    ...drainWords(look, pressure),
  };
}

/** Attempts that a job takes on average. */
function triesOf({ recent, now }: Look): number {
  const finished = recent.finished(now, MINUTE_MS);
  return finished === 0 ? 1 : (finished + recent.sum('attempts', now, MINUTE_MS)) / finished;
}

function drainWords(
  { queue }: Look,
  { backlog, drain, isGrowing }: Pressure,
): Pick<Forecast, 'drain' | 'noDrainReason'> {
  if (backlog === 0) return { drain: { ms: 0, low: 0, high: 0 }, noDrainReason: null };
  if (queue.isPaused) return { drain: null, noDrainReason: 'The queue is paused.' };
  if (queue.workers === 0) return { drain: null, noDrainReason: 'No worker is connected.' };
  if (drain)
    return {
      drain: { ms: short(drain.ms) ?? 0, low: short(drain.low) ?? 0, high: short(drain.high) },
      noDrainReason: null,
    };
  return {
    drain: null,
    noDrainReason: isGrowing
      ? 'More arrives than is finished.'
      : 'As much arrives as is finished, as far as the last minutes tell.',
  };
}

/** Two digits more would change at each look and say nothing. */
function short(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(3));
}

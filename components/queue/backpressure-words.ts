import type { Forecast } from '@/lib/domain/forecast';
import { workersToDrain } from '@/lib/domain/forecast';
import { formatDuration } from '../format/duration';

/** `12.5/s`, `3/min`; `–` for what is not known. */
export function formatRate(perS: number | null): string {
  if (perS === null) return '–';
  const sign = perS < 0 ? '−' : '';
  const size = Math.abs(perS);
  if (size === 0) return '0/s';
  return size >= 0.1 ? `${sign}${Number(size.toPrecision(3))}/s` : `${sign}${Number((size * 60).toPrecision(2))}/min`;
}

/** Whether it keeps up, as one sentence. */
export function pressureSentence(forecast: Forecast, backlog: number | null): string {
  const { drain, noDrainReason, arrivalPerS, servicePerS, workersNeeded } = forecast;
  if (backlog === 0) {
    if (arrivalPerS === 0 && servicePerS === 0) return 'Nothing waits, and nothing happens.';
    return 'Nothing waits: it keeps up.';
  }
  if (drain) {
    const upTo = drain.high === null ? 'or never' : `to ${formatDuration(drain.high)}`;
    return `Empty in about ${formatDuration(drain.ms)} at this pace (${formatDuration(drain.low)} ${upTo}).`;
  }
  const need =
    workersNeeded === null
      ? ''
      : ` ${workersNeeded} ${workersNeeded === 1 ? 'worker keeps' : 'workers keep'} up with what arrives.`;
  return `${noDrainReason ?? 'When it is empty cannot be told.'}${need}`;
}

/** What it takes to be empty in `minutes`, and why that cannot be told. */
export function workersSentence(
  forecast: Forecast,
  backlog: number | null,
  workers: number | null,
  minutes: number,
): string {
  if (backlog === null) return 'The backlog is not known.';
  const needed = workersToDrain(forecast, backlog, minutes * 60_000);
  if (needed === null) {
    if (forecast.meanRunMs === null) return 'No run was measured yet, so it cannot be told how many workers it takes.';
    return 'It was never seen how many jobs a worker runs at once: nothing has waited yet.';
  }
  const more = workers === null ? null : needed - workers;
  if (more === null) return `${needed} workers.`;
  if (more <= 0) return `${needed}: there ${workers === 1 ? 'is' : 'are'} ${workers}, which will do.`;
  return `${needed}: ${more} more than the ${workers} there ${workers === 1 ? 'is' : 'are'}.`;
}

import type { CounterMetric } from '../domain/series';
import type { JobEvent } from '../sources/source';

export type Counted = {
  metric: CounterMetric;
  by: number;
  /** What ended with the event, ms; `null` where its start was not seen. */
  took: { which: 'run' | 'wait'; ms: number } | null;
};

/** Which counter an event counts in, and what it measures. */
export function countedAs(event: JobEvent): Counted {
  switch (event.type) {
    case 'started':
      return { metric: 'started', by: event.count ?? 1, took: took('wait', event.waitMs) };
    case 'completed':
    case 'failed':
      return { metric: event.type, by: event.count ?? 1, took: took('run', event.runMs) };
    case 'attempt-failed':
      return { metric: 'failedAttempts', by: event.count, took: took('run', event.runMs) };
    case 'stalled':
      return { metric: 'stalled', by: event.count ?? 1, took: null };
    default:
      return { metric: event.type, by: event.count, took: null };
  }
}

function took(which: 'run' | 'wait', ms: number | null): Counted['took'] {
  return ms === null ? null : { which, ms };
}

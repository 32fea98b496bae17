import type { JobEvent } from '../source';
import type { StatTotals } from './queue-list';

/** Longest stretch over which messages that nobody saw are spread, in minutes. */
const MAX_MINUTES = 180;
const MINUTE_MS = 60_000;

export type Counted = { events: JobEvent[]; hasRestarted: boolean; delta: StatTotals };

/**
 * What happened in a queue between two readings, told from totals that only grow. A total that fell began anew (the broker
 * restarted, or the queue was made again): what it says now has happened since, what it said last is lost.
 * `from`, `to`: ms; where they are minutes apart, messages are spread evenly over them.
 */
export function countEvents(before: StatTotals, now: StatTotals, from: number, to: number): Counted {
  let hasRestarted = false;
  const grown = (name: keyof StatTotals) => {
    if (now[name] >= before[name]) return now[name] - before[name];
    hasRestarted = true;
    return now[name];
  };
  const delta = {
    publish: grown('publish'),
    deliver: grown('deliver'),
    ack: grown('ack'),
    redeliver: grown('redeliver'),
  };
  const events: JobEvent[] = [];
  for (const { at, share } of shares(from, to)) {
    const of = (name: keyof StatTotals) => share(delta[name]);
    if (of('publish') > 0) events.push({ at, type: 'arrived', count: of('publish') });
    if (of('deliver') > 0) events.push({ at, type: 'started', waitMs: null, count: of('deliver') });
    if (of('ack') > 0) events.push({ at, type: 'completed', runMs: null, count: of('ack') });
    if (of('redeliver') > 0) events.push({ at, type: 'stalled', count: of('redeliver') });
  }
  return { events, hasRestarted, delta };
}

/** Moments within (from, to], the last of them `to`, and how much of a count falls to each: together exactly the count. */
function shares(from: number, to: number): { at: number; share: (count: number) => number }[] {
  const parts = Math.max(1, Math.min(MAX_MINUTES, Math.ceil((to - from) / MINUTE_MS)));
  return Array.from({ length: parts }, (_, index) => ({
    at: Math.round(to - ((parts - 1 - index) * (to - from)) / parts),
    share: (count: number) => Math.floor((count * (index + 1)) / parts) - Math.floor((count * index) / parts),
  }));
}

import { capabilitiesOf } from '../domain/capabilities';
import type { LastMinute, QueueKind } from '../domain/queue';
import type { CounterMetric } from '../domain/series';
import type { QueueReading } from '../sources/source';

/** The figures of the last minute without those that this kind of queue, or this broker now, does not tell: `null`, not zero. */
export function toldFigures(minute: LastMinute, kind: QueueKind, untold: QueueReading['untold']): LastMinute {
  const { counters } = capabilitiesOf(kind);
  if (counters.length === ALL && untold === undefined) return minute;
  const isTold = (name: CounterMetric) => counters.includes(name) && !untold?.counters.includes(name);
  const told = (name: CounterMetric & keyof LastMinute, value: number | null) => (isTold(name) ? value : null);
  return {
    ...minute,
    arrived: told('arrived', minute.arrived),
    started: told('started', minute.started),
    completed: told('completed', minute.completed),
    failed: told('failed', minute.failed),
    failedAttempts: told('failedAttempts', minute.failedAttempts),
    stalled: told('stalled', minute.stalled),
    ...(untold === undefined ? {} : { quality: 'unknown' as const, reason: untold.reason }),
  };
}

const ALL = capabilitiesOf('bull').counters.length;

import { capabilitiesOf } from '../domain/capabilities';
import { QUEUE_KINDS, type LastMinute, type QueueKind } from '../domain/queue';
import type { CounterMetric } from '../domain/series';
import type { QueueReading } from '../sources/source';

/** The figures of the last minute without those that this kind of queue, or this broker now, does not tell: `null`, not zero. */
export function toldFigures(minute: LastMinute, kind: QueueKind, untold: QueueReading['untold']): LastMinute {
  if (untold === undefined && TELLS_ALL[kind]) return minute;
  const { counters } = capabilitiesOf(kind);
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

const COUNTED = ['arrived', 'started', 'completed', 'failed', 'failedAttempts', 'stalled'] as const;
const TELLS_ALL = Object.fromEntries(
  QUEUE_KINDS.map((kind) => [kind, COUNTED.every((name) => capabilitiesOf(kind).counters.includes(name))]),
) as Record<QueueKind, boolean>;

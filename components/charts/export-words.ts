import type { Series } from '@/lib/domain/series';
import { formatDuration } from '../format/duration';
import type { TimeZoneChoice } from '../format/time';

type Range = Pick<Series, 'from' | 'to' | 'stepMs'>;

/** A file name without its ending: parts in letters that every file system takes, then the range's start in UTC. */
export function exportName(parts: readonly (string | null)[], { from }: Range): string {
  const words = parts.flatMap((part) => (part === null ? [] : part.replace(/[^\p{L}\p{N}.-]+/gu, '-').slice(0, 60)));
  const start = new Date(from).toISOString().slice(0, 16).replace(/[-:]/g, '');
  return [...words, `${start}Z`]
    .join('_')
    .toLowerCase()
    .replace(/^[.-]+/, '');
}

/** `5 Mar 2026, 22:00 – 23:00 UTC, 30 s steps`: everything that is needed to read a picture a month later. */
export function rangeWords({ from, to, stepMs }: Range, zone: TimeZoneChoice, locale?: string): string {
  const format = new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    ...(zone === 'utc' ? { timeZone: 'UTC' } : {}),
  });
  return `${format.formatRange(from, to)}, ${formatDuration(stepMs)} steps`;
}

/** Address of the figures of a chart below `/api/v1`. */
export function csvPath(
  queueKey: string,
  { from, to, stepMs }: Range,
  metrics: readonly string[],
  jobName: string | null,
): string {
  const query = new URLSearchParams({
    metrics: metrics.join(','),
    from: String(from),
    to: String(to),
    step: String(stepMs),
    ...(jobName === null ? {} : { name: jobName }),
  });
  return `/queues/${queueKey}/series.csv?${query.toString()}`;
}

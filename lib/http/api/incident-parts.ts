import { may } from '../../domain/access';
import type { AuditEntry } from '../../domain/audit';
import type { IncidentReport, ReportQueue } from '../../domain/incident-report';
import type { Caller } from '../../domain/permissions';
import { queueLabel } from '../../domain/queue-key';
import { SEVERITIES, type Queue } from '../../domain/queue';
import type { Series } from '../../domain/series';
import { durationWords, numberWords } from '../../domain/words';
import type { ApiContext } from './context';
import { failuresBetween } from './routes/failures';
import { seriesOf } from './routes/series';

const MAX_FAILURES = 3;
const MAX_ACTIONS = 50;
/** What is kept of failures by the hour. */
const FAILURES_KEPT_MS = 90 * 86_400_000;
const METRICS = ['depth.backlog', 'arrived', 'completed', 'failed', 'workers', 'runMs.p95', 'oldestWaitingMs'];

type Range = { from: number; to: number };

/** What a report says of one queue in a range. */
export async function reportQueue(context: ApiContext, queue: Queue, range: Range): Promise<ReportQueue> {
  const { publicUrl } = context.config;
  const [series, failures] = await Promise.all([
    seriesOf(context, queue, { metrics: METRICS, ...range }),
    topFailures(context, queue.key, range),
  ]);
  return {
    label: queueLabel(queue.id),
    url: `${publicUrl}/queues/${queue.key}?from=${range.from}&to=${range.to}`,
    verdicts: queue.verdicts,
    numbers: numbersOf(series),
    curves: [
      { label: 'backlog', unit: 'jobs', values: series.series['depth.backlog'] ?? [] },
      { label: 'arrived', unit: 'jobs', values: series.series['arrived'] ?? [] },
      { label: 'completed', unit: 'jobs', values: series.series['completed'] ?? [] },
      { label: 'failed', unit: 'jobs', values: series.series['failed'] ?? [] },
      { label: 'run p95', unit: 'ms', values: series.series['runMs.p95'] ?? [] },
    ],
    failures,
  };
}

/** Queues in trouble first, the worst verdict before others, then by what waits. */
export function worstFirst(queues: readonly Queue[]): Queue[] {
  const rank = ({ verdicts: [worst] }: Queue) => (worst ? SEVERITIES.indexOf(worst.severity) : -1);
  return [...queues].sort((a, b) => rank(b) - rank(a) || (b.backlog ?? 0) - (a.backlog ?? 0));
}

/** What was done in the range to the queues of the report, oldest first; `null` for those who may not read the log. */
export async function reportActions(
  { audit }: ApiContext,
  { access }: Caller,
  { from, to }: Range,
  isMeant: (entry: AuditEntry) => boolean,
): Promise<IncidentReport['actions']> {
  if (!may(access, 'administer')) return null;
  const pages = await Promise.all(
    (['people', 'tokens'] as const).map((by) => audit.page(null, MAX_ACTIONS, by, { from, to })),
  );
  return pages
    .flatMap(({ entries }) => entries)
    .filter(isMeant)
    .sort((a, b) => a.at - b.at)
    .slice(-MAX_ACTIONS);
}

async function topFailures(
  context: ApiContext,
  queueKey: string,
  { from, to }: Range,
): Promise<ReportQueue['failures']> {
  const list = await failuresBetween(context, queueKey, { from: Math.max(from, to - FAILURES_KEPT_MS), to });
  const all = list.groups.reduce((sum, { failed, attempts }) => sum + failed + attempts, 0);
  return list.groups
    .map(({ title, fingerprint, failed, attempts }) => ({
      title,
      count: failed + attempts,
      share: all === 0 ? null : (failed + attempts) / all,
      url: `${context.config.publicUrl}/failures/${fingerprint}`,
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, MAX_FAILURES);
}

function numbersOf({ series }: Series): ReportQueue['numbers'] {
  const known = (metric: string) => (series[metric] ?? []).filter((value) => value !== null);
  const sum = (metric: string) => {
    const values = known(metric);
    return values.length === 0 ? '–' : numberWords(values.reduce((total, value) => total + value, 0));
  };
  const highest = (metric: string, words: (value: number) => string) => {
    const values = known(metric);
    return values.length === 0 ? '–' : words(Math.max(...values));
  };
  const last = (metric: string) => {
    const value = known(metric).at(-1);
    return value === undefined ? '–' : numberWords(value);
  };
  return [
    { label: 'Backlog, highest', text: highest('depth.backlog', numberWords) },
    { label: 'Backlog, at the end', text: last('depth.backlog') },
    { label: 'Arrived', text: sum('arrived') },
    { label: 'Completed', text: sum('completed') },
    { label: 'Failed', text: sum('failed') },
    { label: 'Workers, at the end', text: last('workers') },
    { label: 'Oldest waiting, highest', text: highest('oldestWaitingMs', durationWords) },
    { label: 'Run time p95, highest', text: highest('runMs.p95', durationWords) },
  ];
}

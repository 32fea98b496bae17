import { z } from 'zod';
import { csvLine } from '../../../domain/csv';
import { AppError } from '../../../domain/errors';
import { MARK_KINDS, markKindSchema, marksSchema, MAX_MARKS, type Mark } from '../../../domain/mark';
import { queueLabel } from '../../../domain/queue-key';
import { incidentReport, type IncidentReport, type ReportQueue } from '../../../domain/incident-report';
import { METRICS, timelineSeriesSchema } from '../../../domain/series';
import { compilePattern } from '../../../domain/pattern';
import type { Queue } from '../../../domain/queue';
import { howToJoin, joinSeries } from '../../../history/sum-series';
import { wantedMarks } from '../../../marks/wanted-marks';
import type { Caller } from '../../../domain/permissions';
import type { ApiContext } from '../context';
import { reportActions, reportQueue, worstFirst } from '../incident-parts';
import { notFound } from '../../problem';
import { narrowMarks } from '../narrow';
import { json, route } from '../route';
import { seriesOf } from './series';

/** A sum over queues is made of the busiest of them. */
const MAX_SUMMED = 50;
const AT_ONCE = 10;
/** A report is read by people. */
const MAX_REPORTED = 5;
const MAX_REPORTED_MARKS = 100;
const MAX_RANGE_MS = 400 * 86_400_000;

const time = z.coerce.number().int().min(0).max(8_640_000_000_000_000);
const range = { from: time, to: time };
const which = {
  source: z.string().min(1).max(64).optional(),
  /** Pattern of queues: `*` stands for any text. */
  queues: z.string().min(1).max(500).optional(),
};
const kinds = z
  .string()
  .transform((text) => text.split(',').map((kind) => kind.trim()))
  .pipe(z.array(markKindSchema).min(1).max(MARK_KINDS.length))
  .optional();
const filter = { ...range, ...which, kinds, q: z.string().max(200).optional() };

function inOrder<T extends z.ZodObject<typeof range>>(schema: T) {
  return schema
    .refine(({ from, to }) => from < to, { message: 'must be later than from', path: ['to'] })
    .refine(({ from, to }) => to - from <= MAX_RANGE_MS, { message: 'at most 400 days', path: ['to'] });
}
type Filter = z.output<z.ZodObject<typeof filter>>;

export const timelineRoutes = [
  route({
    method: 'GET',
    path: '/timeline',
    right: 'view',
    summary: 'What happened in a range of time, to all queues or to some: filtered by kind, source, queues and words',
    query: inOrder(z.object({ ...filter, limit: z.coerce.number().int().min(1).max(5_000).default(1_000) })),
    answers: { 200: marksSchema },
    handle: async ({ query, actor, context }) => json(await timelineOf(context, actor, query, query.limit)),
  }),
  route({
    method: 'GET',
    path: '/timeline.csv',
    right: 'view',
    summary: 'The same as text, one row each; times are UTC',
    query: inOrder(z.object(filter)),
    answers: { 200: 'text/csv' },
    handle: async ({ query, actor, context }) => {
      const { marks } = await timelineOf(context, actor, query, MAX_MARKS);
      return new Response([csvLine(HEAD), ...marks.map((mark) => csvLine(rowOf(mark)))].join(''), {
        headers: {
          'Content-Type': 'text/csv; charset=utf-8',
          'Content-Disposition': 'attachment; filename="timeline.csv"',
          'Cache-Control': 'no-store',
        },
      });
    },
  }),
  route({
    method: 'GET',
    path: '/timeline/series',
    right: 'view',
    summary:
      'One metric over time: of one queue, or of several together (the 50 busiest; sums, and the largest of ages)',
    query: inOrder(z.object({ ...range, ...which, metric: z.enum(METRICS as [string, ...string[]]) })),
    answers: { 200: timelineSeriesSchema },
    handle: async ({ query: { metric, from, to, ...wanted }, context }) => {
      const queues = matching(context.mirror.snapshot().queues, wanted);
      const [only] = queues;
      if (queues.length === 0) throw new AppError('not-found', 'No queue fits the filter.');
      const isOne = queues.length === 1;
      if (!isOne && howToJoin(metric) === null)
        throw new AppError('bad-request', `${metric} cannot be told for several queues at once: name one.`, {
          invalidParams: [{ path: 'metric', message: 'needs one queue' }],
        });
      const read = (queue: Queue) => seriesOf(context, queue, { metrics: [metric], from, to });
      if (isOne && only) return json({ ...(await read(only)), queues: 1, summed: 1 });
      const busiest = queues.sort((a, b) => bustle(b) - bustle(a)).slice(0, MAX_SUMMED);
      const all = [];
      for (let start = 0; start < busiest.length; start += AT_ONCE)
        all.push(...(await Promise.all(busiest.slice(start, start + AT_ONCE).map(read))));
      const [first] = all;
      if (!first) throw new AppError('not-found', 'No queue fits the filter.');
      const aligned = all.filter(({ stepMs, from: start }) => stepMs === first.stepMs && start === first.from);
      const joined = joinSeries(aligned as [typeof first, ...(typeof first)[]], [metric]);
      return json({ ...joined, queues: queues.length, summed: aligned.length });
    },
  }),
  route({
    method: 'GET',
    path: '/timeline/report',
    right: 'view',
    summary: 'An incident as Markdown: verdicts, figures, curves, failures, what happened and what was done in a range',
    query: inOrder(z.object({ ...filter, queue: z.string().min(1).max(2_000).optional() })),
    answers: { 200: 'text/markdown' },
    handle: async ({ query, actor, context }) =>
      new Response(incidentReport(await reportOf(context, actor, query)), {
        headers: { 'Content-Type': 'text/markdown; charset=utf-8', 'Cache-Control': 'no-store' },
      }),
  }),
];

/** `queue`: keys of queues, separated by commas; without it those that the filter means. */
async function reportOf(
  context: ApiContext,
  actor: Caller,
  { queue: keys, ...query }: Filter & { queue?: string | undefined },
): Promise<IncidentReport> {
  const { config, mirror } = context;
  const { from, to } = query;
  const named = keys?.split(',').map((key) => mirror.queue(key));
  if (named?.some((queue) => queue === null)) throw notFound('There is no such queue. Name it by its key.');
  const fitting = named?.filter((queue) => queue !== null) ?? matching(mirror.snapshot().queues, query);
  const troubled = fitting.filter(({ verdicts }) => verdicts.length > 0);
  const worth = named || troubled.length === 0 ? fitting : troubled;
  const reported = worstFirst(worth).slice(0, MAX_REPORTED);
  const queues: ReportQueue[] = [];
  for (const queue of reported) queues.push(await reportQueue(context, queue, { from, to }));
  const { marks, isCut } = await timelineOf(
    context,
    actor,
    query,
    MAX_REPORTED_MARKS,
    named ? concerning(fitting) : undefined,
  );
  const labels = new Set(fitting.map(({ id }) => queueLabel(id)));
  const isAll = !named && query.queues === undefined && query.source === undefined;
  const [first] = fitting;
  const label = first ? queueLabel(first.id) : '';
  const title = named
    ? `${label}${named.length > 1 ? ` and ${named.length - 1} more` : ''}`
    : (query.queues ?? query.source ?? 'All queues');
  const search = new URLSearchParams({
    from: String(from),
    to: String(to),
    ...(query.source === undefined ? {} : { source: query.source }),
    ...(query.queues === undefined ? {} : { queues: query.queues }),
    ...(query.q === undefined ? {} : { q: query.q }),
  });
  return {
    title,
    environment: config.environment,
    url:
      named && first
        ? `${config.publicUrl}/queues/${first.key}?from=${from}&to=${to}`
        : `${config.publicUrl}/timeline?${search.toString()}`,
    from,
    to,
    madeAt: Date.now(),
    queues,
    moreQueues: troubled.length === 0 && !named ? 0 : worth.length - reported.length,
    marks,
    marksAreCut: isCut,
    actions: await reportActions(context, actor, { from, to }, ({ target }) => isAll || labels.has(target)),
  };
}

function concerning(queues: readonly Queue[]): (mark: Mark) => boolean {
  const keys = new Set(queues.map(({ key }) => key));
  const sources = new Set(queues.map(({ id }) => id.source));
  return ({ queueKey, pattern, source }) => {
    if (queueKey !== null) return keys.has(queueKey);
    if (source !== null && !sources.has(source)) return false;
    return pattern === null || queues.some(({ id }) => compilePattern(pattern)(id));
  };
}

/** Marks that the caller may see and wants, oldest first; beyond `limit` the oldest are left out. */
export async function timelineOf(
  { marks, mirror }: Pick<ApiContext, 'marks' | 'mirror'>,
  { access }: Caller,
  { from, to, kinds: some, source, queues, q }: Filter,
  limit: number,
  concerns: (mark: Mark) => boolean = () => true,
) {
  const known = mirror.snapshot().queues;
  const isVisible = narrowMarks(access, known);
  const isWanted = wantedMarks({ kinds: some, source, queues, text: q }, known);
  try {
    return await marks.range({
      from,
      to,
      queue: null,
      limit,
      sees: (mark) => isVisible(mark) && isWanted(mark) && concerns(mark),
    });
  } catch (error) {
    throw new AppError('store-down', 'The store that keeps the timeline does not answer.', { cause: error });
  }
}

function matching(
  all: readonly Queue[],
  { source, queues }: { source?: string | undefined; queues?: string | undefined },
) {
  const covers = queues === undefined ? () => true : compilePattern(queues);
  return all.filter(({ id }) => (source === undefined || id.source === source) && covers(id));
}

/** How much a queue weighs in a sum, now. */
function bustle({ backlog, lastMinute }: Queue): number {
  return (backlog ?? 0) + (lastMinute.arrived ?? 0) + (lastMinute.completed ?? 0) + (lastMinute.failed ?? 0);
}

const HEAD = ['at', 'until', 'kind', 'source', 'queue', 'pattern', 'text', 'by', 'link'];

function rowOf({ at, until, kind, source, queue, pattern, text, by, link }: Mark): (string | null)[] {
  const iso = (moment: number | null) => (moment === null ? null : new Date(moment).toISOString());
  return [iso(at), iso(until), kind, source, queue && queueLabel(queue), pattern, text, by, link];
}

import { z } from 'zod';
import { AppError } from '../../../domain/errors';
import { capabilitiesOf } from '../../../domain/capabilities';
import type { Queue, QueueKind } from '../../../domain/queue';
import {
  COUNTER_METRICS,
  heatmapSchema,
  METRICS,
  namesSchema,
  QUANTILE_METRICS,
  seriesSchema,
  type Series,
} from '../../../domain/series';
import { toHeatmap } from '../../../history/heatmap';
import { readRange } from '../../../history/history-store';
import { NAME_METRICS, seriesOfName, toNames } from '../../../history/name-figures';
import type { NamesRecord } from '../../../history/names';
import { MAX_POINTS, MIN_STEP_MS, pickTier } from '../../../history/pick-tier';
import { readSeries } from '../../../history/read-series';
import { toSeries } from '../../../history/series';
import { toCsv } from '../../../history/series-csv';
import { DAY_MS, tiersFor } from '../../../history/tiers';
import type { ApiContext } from '../context';
import { json, route } from '../route';

const MAX_RANGE_DAYS = 400;

const time = z.coerce.number().int().min(0).max(8_640_000_000_000_000);
const step = z.coerce.number().int().min(MIN_STEP_MS).optional();

const metricList = z
  .string()
  .min(1)
  .transform((text) => [...new Set(text.split(',').map((name) => name.trim()))])
  .superRefine((names, context) => {
    for (const name of names)
      if (!METRICS.includes(name))
        context.addIssue({ code: 'custom', message: `unknown metric "${name}"; known are ${METRICS.join(', ')}` });
  });

/** A range that is not turned round and not longer than anything is kept. */
function inOrder<T extends z.ZodObject<{ from: typeof time; to: typeof time }>>(schema: T) {
  return schema
    .refine(({ from, to }) => from < to, { message: 'must be later than from', path: ['to'] })
    .refine(({ from, to }) => to - from <= MAX_RANGE_DAYS * DAY_MS, {
      message: `the range must not be longer than ${MAX_RANGE_DAYS} days`,
      path: ['to'],
    });
}

const seriesQuery = inOrder(
  z.object({ metrics: metricList, from: time, to: time, step, name: z.string().max(100).optional() }),
);

type Range = { from: number; to: number; step?: number | undefined };

/** One value per step and metric, of the whole queue or of one job name. */
export async function seriesOf(
  context: ApiContext,
  queue: Queue,
  { metrics, name, ...range }: Range & { metrics: string[]; name?: string | undefined },
) {
  const now = Date.now();
  if (name === undefined) {
    const { tier, stepMs, stored } = await fetchSeries(context, queue, range, now);
    return toldSeries(toSeries(stored, { tier, from: range.from, to: range.to, stepMs, metrics, now }), queue.kind);
  }
  const wrong = metrics.filter((metric) => !NAME_METRICS.includes(metric));
  if (wrong.length > 0)
    throw new AppError('bad-request', `Only ${NAME_METRICS.join(', ')} are kept by job name.`, {
      invalidParams: wrong.map((metric) => ({ path: 'metrics', message: `"${metric}" is not kept by name` })),
    });
  const { tier, stepMs, stored } = await fetchNames(context, queue, range, now);
  return toSeries(seriesOfName(stored, name), { tier, from: range.from, to: range.to, stepMs, metrics, now });
}

/** The same with `null` for counters and durations that this kind of queue does not tell: they were never counted. */
function toldSeries(series: Series, kind: QueueKind): Series {
  const { counters, hasDurations } = capabilitiesOf(kind);
  const isUntold = (name: string) =>
    (COUNTER_METRICS.some((counter) => counter === name) && !counters.some((counter) => counter === name)) ||
    (!hasDurations && QUANTILE_METRICS.some((metric) => metric === name));
  const told = Object.entries(series.series).map(([name, values]) => [
    name,
    isUntold(name) ? values.map(() => null) : values,
  ]);
  return { ...series, series: Object.fromEntries(told) as Series['series'] };
}

async function fetchSeries({ store, config }: ApiContext, queue: Queue, range: Range, now: number) {
  const tiers = tiersFor(config.retention).series;
  const question = { source: queue.id.source, queueKey: queue.key, ...range, step: range.step, now };
  refuseTooMany(range, pickTier(tiers, question).stepMs);
  return orStoreDown(() => readSeries(store, tiers, question));
}

export async function fetchNames({ store, config }: ApiContext, queue: Queue, range: Range, now: number) {
  const { names, series } = tiersFor(config.retention);
  const { tier, stepMs } = pickTier(names, { ...range, step: range.step, now });
  refuseTooMany(range, stepMs);
  // Looking is written down once, with the queue's own series: the tier of the same slots has it.
  const sameSlots = series.find(({ slotMs }) => slotMs === tier.slotMs) ?? tier;
  const { source } = queue.id;
  const [from, to] = [range.from - (range.from % stepMs), range.to + stepMs];
  const [stored, looked] = await orStoreDown(() =>
    Promise.all([
      readRange<NamesRecord>(store, tier, source, queue.key, from, to),
      readRange(store, sameSlots, source, '', from, to),
    ]),
  );
  return { tier, stepMs, stored: { ...stored, presence: looked.presence } };
}

function refuseTooMany({ from, to }: Range, stepMs: number): void {
  if ((to - from) / stepMs > MAX_POINTS * 20)
    throw new AppError('bad-request', 'The step is too small for this range.', {
      invalidParams: [{ path: 'step', message: `gives more than ${MAX_POINTS * 20} points` }],
    });
}

export async function orStoreDown<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new AppError(
      'store-down',
      'The store that keeps the history does not answer. The charts come back with it.',
      { cause: error },
    );
  }
}

export const seriesRoutes = [
  route({
    method: 'GET',
    path: '/queues/{queue}/series',
    right: 'view',
    summary: 'History of one queue, or of one job name in it: one value per step and metric',
    query: seriesQuery,
    answers: { 200: seriesSchema },
    handle: async ({ queue, query, context }) => json(await seriesOf(context, queue, query)),
  }),
  route({
    method: 'GET',
    path: '/queues/{queue}/series.csv',
    right: 'view',
    summary: 'The same as text, one row a step; times are UTC',
    query: seriesQuery,
    answers: { 200: 'text/csv' },
    handle: async ({ queue, query, context }) =>
      new Response(toCsv(await seriesOf(context, queue, query)), {
        headers: {
          'Content-Type': 'text/csv; charset=utf-8',
          'Content-Disposition': 'attachment; filename="series.csv"',
          'Cache-Control': 'no-store',
        },
      }),
  }),
  route({
    method: 'GET',
    path: '/queues/{queue}/series/heatmap',
    right: 'view',
    summary: 'How many runs or waits of each duration, per step',
    query: inOrder(z.object({ which: z.enum(['run', 'wait']), from: time, to: time, step })),
    answers: { 200: heatmapSchema },
    handle: async ({ queue, query: { which, ...range }, context }) => {
      const now = Date.now();
      const { tier, stepMs, stored } = await fetchSeries(context, queue, range, now);
      return json(toHeatmap(stored, which, { tier, from: range.from, to: range.to, stepMs, now }));
    },
  }),
  route({
    method: 'GET',
    path: '/queues/{queue}/names',
    right: 'view',
    summary: 'Figures by job name over a range, the heaviest first',
    query: inOrder(z.object({ from: time, to: time })),
    answers: { 200: namesSchema },
    handle: async ({ queue, query: range, context }) => {
      const { tier, stored } = await fetchNames(context, queue, range, Date.now());
      const from = range.from - (range.from % tier.slotMs);
      const to = Math.ceil(range.to / tier.slotMs) * tier.slotMs;
      return json(toNames(stored, tier, from, to));
    },
  }),
];

import { z } from 'zod';
import { AppError } from '../../../domain/errors';
import { METRICS, seriesSchema } from '../../../domain/series';
import { MINUTE_MS, readRange, RETENTION_MS } from '../../../history/history-store';
import { MAX_POINTS, pickStep, toSeries } from '../../../history/series';
import { json, route } from '../route';

const time = z.coerce.number().int().min(0).max(8_640_000_000_000_000);

const metricList = z
  .string()
  .min(1)
  .transform((text) => [...new Set(text.split(',').map((name) => name.trim()))])
  .superRefine((names, context) => {
    for (const name of names)
      if (!METRICS.includes(name)) context.addIssue({ code: 'custom', message: `unknown metric "${name}"` });
  });

export const seriesRoutes = [
  route({
    method: 'GET',
    path: '/queues/{queue}/series',
    right: 'view',
    summary: 'History of one queue: one value per step and metric',
    query: z
      .object({ metrics: metricList, from: time, to: time, step: z.coerce.number().int().min(MINUTE_MS).optional() })
      .refine(({ from, to }) => from < to, { message: 'must be later than from', path: ['to'] })
      .refine(({ from, to }) => to - from <= 2 * RETENTION_MS, {
        message: `the range must not be longer than ${(2 * RETENTION_MS) / 86_400_000} days`,
        path: ['to'],
      }),
    answers: { 200: seriesSchema },
    handle: async ({ queue, query: { metrics, from, to, step }, context }) => {
      const stepMs = step === undefined ? pickStep(from, to) : Math.max(step - (step % MINUTE_MS), MINUTE_MS);
      if ((to - from) / stepMs > MAX_POINTS * 20)
        throw new AppError('bad-request', 'The step is too small for this range.', {
          invalidParams: [{ path: 'step', message: `gives more than ${MAX_POINTS * 20} points` }],
        });
      let stored;
      try {
        stored = await readRange(context.store, queue.id.source, queue.key, from, to);
      } catch (error) {
        throw new AppError(
          'store-down',
          'The store that keeps the history does not answer. The charts come back with it.',
          { cause: error },
        );
      }
      return json(toSeries(stored, { from, to, stepMs, metrics, now: Date.now() }));
    },
  }),
];

import { z } from 'zod';
import { perform } from '../../../actions/perform';
import { clearingWords } from '../../../domain/clearing-words';
import {
  clearingPreviewSchema,
  clearingSchema,
  limitsBodySchema,
  queueLimitsSchema,
  queuesActionBodySchema,
  queuesActionResultSchema,
  startClearingsBodySchema,
  type Clearing,
  type QueueLimits,
} from '../../../domain/control';
import { AppError, isAppError, messageOf } from '../../../domain/errors';
import type { Queue } from '../../../domain/queue';
import { startedClearingsSchema } from '../../../domain/operation';
import { durationWords, numberWords } from '../../../domain/words';
import type { ApiContext } from '../context';
import { once } from '../idempotency';
import { deskOf, refOf } from '../queue-ref';
import { json, route } from '../route';

/** Queues changed at the same time. */
const AT_ONCE = 8;

export const controlRoutes = [
  route({
    method: 'POST',
    path: '/queue-actions',
    right: 'operate',
    summary: 'Pause or resume up to 200 queues; one result per queue',
    body: queuesActionBodySchema,
    answers: { 200: queuesActionResultSchema },
    handle: async ({ body: { action, queues }, actor, context }) => {
      const results = await eachQueue(context, [...new Set(queues)], (queue) =>
        perform(
          context.audit,
          { actor, action, queue: queue.id, jobIds: [] },
          () => deskOf(context, queue).setPaused(refOf(queue), action === 'pause'),
          () => ({ outcome: 'done', detail: null }),
        ),
      );
      const answer = results.map(({ queue, error }) =>
        error === undefined ? { queue, ok: true } : { queue, ok: false, ...whyOf(error) },
      );
      return json({ results: answer });
    },
  }),
  route({
    method: 'POST',
    path: '/queues/{queue}/clearing/preview',
    right: 'view',
    summary: 'What a clean, a drain or an obliterate would take now',
    body: z.strictObject({ clearing: clearingSchema }),
    answers: { 200: clearingPreviewSchema },
    handle: async ({ queue, body: { clearing }, context }) =>
      json(
        await deskOf(context, queue).controls.previewClearing(refOf(queue), {
          ...clearing,
          until: untilOf(clearing, Date.now()),
        }),
      ),
  }),
  route({
    method: 'POST',
    path: '/clearings',
    right: 'operate',
    summary:
      'Take out jobs by state and age, all that wait, or the queue itself, of up to 200 queues: one operation a queue, which runs on whatever becomes of the request. Honours Idempotency-Key.',
    body: startClearingsBodySchema,
    answers: { 202: startedClearingsSchema },
    handle: ({ body, actor, request, context }) =>
      once(context.store, actor, request.headers.get('idempotency-key'), { clearings: body }, async () => {
        const { clearing, pace } = body;
        const queues = [...new Set(body.queues)];
        const results = await eachQueue(context, queues, (queue) =>
          perform(
            context.audit,
            { actor, action: clearing.what, queue: queue.id, jobIds: [] },
            () => {
              refuseOtherWord(queues.length === 1 ? queue.id.name : String(queues.length), body.confirm);
              const place = { queue, ref: refOf(queue) };
              return context.operations.all.clear(deskOf(context, queue), place, { clearing, pace }, actor);
            },
            ({ id }) => ({
              outcome: 'done',
              detail: `operation ${id} started: ${clearingWords(clearing)}, ${pace === null ? 'as fast as possible' : `${pace}/s`}`,
            }),
          ),
        );
        const [only] = results;
        if (results.length === 1 && only?.error) throw only.error;
        const answer = results.map(({ queue, value, error }) => ({
          queue,
          operation: value ?? null,
          ...(error ? whyOf(error) : {}),
        }));
        return { status: 202, body: { results: answer } };
      }),
  }),
  route({
    method: 'GET',
    path: '/queues/{queue}/limits',
    right: 'view',
    summary: 'Global concurrency and rate limit of a queue, and whether the rate limit holds it back now',
    answers: { 200: queueLimitsSchema },
    handle: async ({ queue, context }) => json(await deskOf(context, queue).controls.limits(refOf(queue))),
  }),
  route({
    method: 'PUT',
    path: '/queues/{queue}/limits',
    right: 'operate',
    summary: 'Set or take away a queue’s global concurrency and rate limit (BullMQ)',
    body: limitsBodySchema,
    answers: { 200: queueLimitsSchema },
    handle: async ({ queue, body, actor, context }) => {
      const { controls } = deskOf(context, queue);
      const { after } = await perform(
        context.audit,
        { actor, action: 'limit', queue: queue.id, jobIds: [] },
        async () => {
          const before = await controls.limits(refOf(queue));
          await controls.setLimits(refOf(queue), body);
          return { before, after: await controls.limits(refOf(queue)) };
        },
        ({ before, after: now }) => ({ outcome: 'done', detail: `${limitWords(before)} → ${limitWords(now)}` }),
      );
      return json(after);
    },
  }),
  route({
    method: 'POST',
    path: '/queues/{queue}/limits/release',
    right: 'operate',
    summary: 'End the running interval of the rate limit, so that jobs start again at once (BullMQ)',
    answers: { 200: queueLimitsSchema },
    handle: async ({ queue, actor, context }) => {
      const { controls } = deskOf(context, queue);
      await perform(
        context.audit,
        { actor, action: 'release rate limit', queue: queue.id, jobIds: [] },
        () => controls.releaseRateLimit(refOf(queue)),
        () => ({ outcome: 'done', detail: null }),
      );
      return json(await controls.limits(refOf(queue)));
    },
  }),
];

/** Up to when (ms) jobs are taken: what comes while it goes on stays. */
function untilOf(clearing: Clearing, now: number): number {
  return clearing.what === 'clean' ? now - clearing.olderThanMs : now;
}

function refuseOtherWord(expected: string, confirm: string): void {
  if (confirm === expected) return;
  throw new AppError('bad-request', `This cannot be undone: give ${expected} as confirm.`, {
    invalidParams: [{ path: 'confirm', message: 'must be the queue’s name, or the number of several queues' }],
  });
}

type QueueResult<T> = { queue: string; value?: T; error?: unknown };

/** Does `change` to each queue, some at a time; what fails for one fails for that one. */
async function eachQueue<T>(
  context: Pick<ApiContext, 'mirror'>,
  keys: readonly string[],
  change: (queue: Queue) => Promise<T>,
): Promise<QueueResult<T>[]> {
  const results: QueueResult<T>[] = [];
  const one = async (key: string): Promise<QueueResult<T>> => {
    try {
      const queue = context.mirror.queue(key);
      if (!queue) throw new AppError('not-found', 'There is no such queue.');
      return { queue: key, value: await change(queue) };
    } catch (error) {
      return { queue: key, error };
    }
  };
  for (let start = 0; start < keys.length; start += AT_ONCE)
    results.push(...(await Promise.all(keys.slice(start, start + AT_ONCE).map(one))));
  return results;
}

function whyOf(error: unknown): { code: string; detail: string } {
  return { code: isAppError(error) ? error.code : 'internal', detail: messageOf(error) };
}

function limitWords({ concurrency, rateLimit }: QueueLimits): string {
  const rate = rateLimit ? `${numberWords(rateLimit.max)} in ${durationWords(rateLimit.durationMs)}` : 'no rate limit';
  return `${concurrency === null ? 'no concurrency limit' : `${numberWords(concurrency)} at once`}, ${rate}`;
}

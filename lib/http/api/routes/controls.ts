import { z } from 'zod';
import { perform } from '../../../actions/perform';
import { clearingWords } from '../../../domain/clearing-words';
import {
  clearingAnswerSchema,
  clearingBodySchema,
  clearingPreviewSchema,
  clearingSchema,
  limitsBodySchema,
  queueLimitsSchema,
  queuesActionBodySchema,
  queuesActionResultSchema,
  type Clearing,
  type QueueLimits,
} from '../../../domain/control';
import { AppError, isAppError, messageOf } from '../../../domain/errors';
import type { Queue } from '../../../domain/queue';
import { countWords, durationWords, numberWords } from '../../../domain/words';
import { deskOf, refOf } from '../queue-ref';
import { json, route } from '../route';

/** How long one part of a clearing may take; the caller asks for the next. */
const PART_MS = 800;
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
      const change = async (key: string) => {
        try {
          const queue = context.mirror.queue(key);
          if (!queue) throw new AppError('not-found', 'There is no such queue.');
          await perform(
            context.audit,
            { actor, action, queue: queue.id, jobIds: [] },
            () => deskOf(context, queue).setPaused(refOf(queue), action === 'pause'),
            () => ({ outcome: 'done', detail: null }),
          );
          return { queue: key, ok: true };
        } catch (error) {
          const code = isAppError(error) ? error.code : 'internal';
          return { queue: key, ok: false, code, detail: messageOf(error) };
        }
      };
      const unique = [...new Set(queues)];
      const results = [];
      for (let start = 0; start < unique.length; start += AT_ONCE)
        results.push(...(await Promise.all(unique.slice(start, start + AT_ONCE).map(change))));
      return json({ results });
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
    path: '/queues/{queue}/clearing',
    right: 'operate',
    summary:
      'Take out jobs by state and age, all that wait, or the queue itself: one part of about a second. Call again with the answer’s until and cursor until that is null',
    body: clearingBodySchema,
    answers: { 200: clearingAnswerSchema },
    handle: async ({ queue, body, actor, context }) => {
      const { clearing, cursor = null } = body;
      const until = body.until ?? untilOf(clearing, Date.now());
      const step = await perform(
        context.audit,
        { actor, action: clearing.what, queue: queue.id, jobIds: [] },
        async () => {
          refuseOtherName(queue, body.confirm);
          return deskOf(context, queue).controls.clear(refOf(queue), { ...clearing, until }, cursor, PART_MS);
        },
        ({ removed, left, cursor: next }) => ({
          outcome: next === null ? 'done' : 'partly',
          detail: `${clearingWords(clearing)}: ${countWords(removed, 'job')} removed${next === null ? '' : ` in this part, about ${left === null ? 'some' : numberWords(left)} left`}`,
        }),
      );
      return json({ ...step, until });
    },
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

function refuseOtherName({ id }: Queue, confirm: string): void {
  if (confirm === id.name) return;
  throw new AppError('bad-request', `This cannot be undone: give the queue’s name, ${id.name}, as confirm.`, {
    invalidParams: [{ path: 'confirm', message: 'must be the queue’s name' }],
  });
}

function limitWords({ concurrency, rateLimit }: QueueLimits): string {
  const rate = rateLimit ? `${numberWords(rateLimit.max)} in ${durationWords(rateLimit.durationMs)}` : 'no rate limit';
  return `${concurrency === null ? 'no concurrency limit' : `${numberWords(concurrency)} at once`}, ${rate}`;
}

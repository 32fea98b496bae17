import { z } from 'zod';
import { perform } from '../../../actions/perform';
import { queueActionBodySchema } from '../../../domain/action';
import { queueSchema, snapshotSchema } from '../../../domain/queue';
import { AppError } from '../../../domain/errors';
import { deskOf, refOf } from '../queue-ref';
import { json, route } from '../route';

export const queueRoutes = [
  route({
    method: 'GET',
    path: '/queues',
    right: 'view',
    summary: 'All queues as last seen',
    answers: { 200: snapshotSchema },
    handle: ({ context: { mirror } }) => {
      if (!mirror.hasState()) throw new AppError('not-ready', mirror.whyNotReady() ?? 'Nothing is known yet.');
      return json(mirror.snapshot());
    },
  }),
  route({
    method: 'GET',
    path: '/queues/{queue}',
    right: 'view',
    summary: 'One queue as last seen',
    answers: { 200: queueSchema },
    handle: ({ queue }) => json(queue),
  }),
  route({
    method: 'POST',
    path: '/queues/{queue}/actions',
    right: 'operate',
    summary: 'Pause or resume a queue',
    body: queueActionBodySchema,
    answers: { 200: z.object({ isPaused: z.boolean() }) },
    handle: async ({ queue, body, actor, context }) => {
      const isPaused = body.action === 'pause';
      const act = { actor, action: body.action, queue: queue.id, jobIds: [] };
      await perform(
        context.audit,
        act,
        () => deskOf(context, queue).setPaused(refOf(queue), isPaused),
        () => ({ outcome: 'done', detail: null }),
      );
      return json({ isPaused });
    },
  }),
];

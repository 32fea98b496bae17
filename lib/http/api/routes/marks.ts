import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { audited } from '../../../actions/perform';
import { canDo } from '../../../domain/access';
import { AppError } from '../../../domain/errors';
import { markSchema, MARKS_KEPT_MS, marksSchema, newMarkSchema } from '../../../domain/mark';
import { queueLabel } from '../../../domain/queue-key';
import type { Queue } from '../../../domain/queue';
import { newMark } from '../../../marks/new-mark';
import { notFound } from '../../problem';
import { once } from '../idempotency';
import type { LiveView } from '../context';
import { narrowMarks } from '../narrow';
import { json, route } from '../route';

const time = z.coerce.number().int().min(0).max(8_640_000_000_000_000);
/** A deploy may be announced this much ahead, or clocks may differ by it. */
const AHEAD_MS = 3_600_000;

export const markRoutes = [
  route({
    method: 'GET',
    path: '/marks',
    right: 'view',
    summary:
      'What happened in a range of time: deploys, pauses, operations, alerts, restarts, workers coming and going',
    query: z
      .object({
        from: time,
        to: time,
        queue: z.string().min(1).max(2_000).optional(),
        limit: z.coerce.number().int().min(1).max(2_000).default(500),
      })
      .refine(({ from, to }) => from < to, { message: 'must be later than from', path: ['to'] }),
    answers: { 200: marksSchema },
    handle: async ({ query: { from, to, queue, limit }, actor: { access }, context: { marks, mirror } }) => {
      const wanted = queue === undefined ? null : findQueue(mirror, queue);
      const sees = narrowMarks(access, mirror.snapshot().queues);
      return json(await ask(() => marks.range({ from, to, queue: wanted, limit, sees })));
    },
  }),
  route({
    method: 'POST',
    path: '/marks',
    right: 'operate',
    summary: 'Mark a deploy on the charts. Honours Idempotency-Key.',
    body: newMarkSchema,
    answers: { 201: markSchema },
    handle: ({ body, actor, request, context: { store, marks, mirror, audit } }) =>
      once(store, actor, request.headers.get('idempotency-key'), { mark: body }, async () => {
        const at = body.at === undefined ? Date.now() : new Date(body.at).getTime();
        if (at > Date.now() + AHEAD_MS || at < Date.now() - MARKS_KEPT_MS)
          throw new AppError('bad-request', 'The time of a mark lies within the last 400 days.', {
            invalidParams: [{ path: 'at', message: 'too far in the past or in the future' }],
          });
        const queue = body.queue === undefined ? null : findQueue(mirror, body.queue).id;
        if (queue && !canDo(actor.access, queue, 'mark'))
          throw new AppError('forbidden', `Your role is ${actor.role}, which may not mark this queue.`);
        const { text, kind, pattern = null, link = null } = body;
        const mark = newMark(randomUUID(), at, kind, text, { queue, pattern, link, by: actor.name });
        await audited(
          audit,
          { actor, action: `mark: ${kind}`, target: queue ? queueLabel(queue) : (pattern ?? '*'), jobIds: [] },
          () => ({ outcome: 'done', detail: text }),
          () => ask(() => marks.add(mark)),
        );
        return { status: 201, body: mark };
      }),
  }),
];

/** A queue by its opaque key or by `source/namespace/name`. @throws AppError `not-found` */
function findQueue(mirror: LiveView, text: string): Queue {
  const queue = mirror.queue(text) ?? mirror.snapshot().queues.find(({ id }) => queueLabel(id) === text);
  if (queue) return queue;
  if (!mirror.hasState()) throw new AppError('not-ready', mirror.whyNotReady() ?? 'No queue is known yet.');
  throw notFound('There is no such queue. Name it as source/namespace/name, or by its key.');
}

async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw new AppError('store-down', 'The store that keeps the marks does not answer.', { cause: error });
  }
}

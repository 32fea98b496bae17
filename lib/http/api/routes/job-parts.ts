import { z } from 'zod';
import { perform } from '../../../actions/perform';
import { jobEditResultSchema, jobEditSchema } from '../../../domain/edit';
import { childSetSchema, jobEventsSchema, jobFlowSchema, jobLogsSchema, LOG_PAGE } from '../../../domain/job-parts';
import { deskOf, refOf } from '../queue-ref';
import { json, route } from '../route';
import { jobParams } from './jobs';

/** Parts of one job that are asked for on their own, and changes of it. */
export const jobPartRoutes = [
  route({
    method: 'GET',
    path: '/queues/{queue}/jobs/{id}/logs',
    right: 'view',
    summary: 'A page of a job’s log; `q` leaves only lines that hold it',
    params: jobParams,
    query: z.object({
      order: z.enum(['newest', 'oldest']).default('newest'),
      from: z.coerce.number().int().min(0).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(LOG_PAGE),
      q: z.string().max(200).optional(),
    }),
    answers: { 200: jobLogsSchema },
    handle: async ({ queue, params: { id }, query: { order, from, limit, q }, context }) =>
      json(
        await deskOf(context, queue).parts.logs(refOf(queue), id, {
          order,
          from: from ?? null,
          limit,
          text: q === undefined || q === '' ? null : q,
        }),
      ),
  }),
  route({
    method: 'GET',
    path: '/queues/{queue}/jobs/{id}/flow',
    right: 'view',
    summary: 'A BullMQ job’s parents, and a page of its children of one kind',
    params: jobParams,
    query: z.object({
      children: childSetSchema.default('unprocessed'),
      cursor: z.string().min(1).max(100).optional(),
      limit: z.coerce.number().int().min(1).max(100).default(25),
    }),
    answers: { 200: jobFlowSchema },
    handle: async ({ queue, params: { id }, query: { children, cursor, limit }, context }) =>
      json(await deskOf(context, queue).parts.flow(refOf(queue), id, { set: children, cursor: cursor ?? null, limit })),
  }),
  route({
    method: 'GET',
    path: '/queues/{queue}/jobs/{id}/events',
    right: 'view',
    summary: 'What the queue’s event stream still says about a BullMQ job',
    params: jobParams,
    answers: { 200: jobEventsSchema },
    handle: async ({ queue, params: { id }, context }) =>
      json(await deskOf(context, queue).parts.events(refOf(queue), id)),
  }),
  route({
    method: 'POST',
    path: '/queues/{queue}/jobs/{id}/edits',
    right: 'operate',
    summary:
      'Change a job’s data (and retry it), priority or delay. 409 when its data is not that of `ifHash` any more.',
    params: jobParams,
    body: jobEditSchema,
    answers: { 200: jobEditResultSchema },
    handle: async ({ queue, params: { id }, body, actor, context }) =>
      json(
        await perform(
          context.audit,
          {
            actor,
            action: body.edit === 'data' && body.thenRetry ? 'edit data and retry' : `edit ${body.edit}`,
            queue: queue.id,
            jobIds: [id],
          },
          () => deskOf(context, queue).edits.apply(refOf(queue), id, body),
          ({ change }) => ({ outcome: 'done', detail: change }),
        ),
      ),
  }),
];

import { z } from 'zod';
import { judgeResults, perform } from '../../../actions/perform';
import {
  addJobBodySchema,
  addJobResultSchema,
  jobActionBodySchema,
  jobActionResultSchema,
  jobsActionBodySchema,
  jobsActionResultSchema,
} from '../../../domain/action';
import { AppError, type ErrorCode } from '../../../domain/errors';
import { jobPageSchema, jobSchema, jobStateSchema } from '../../../domain/job';
import { fromJobSegment } from '../../../domain/job-segment';
import { once } from '../idempotency';
import { deskOf, refOf } from '../queue-ref';
import { json, route } from '../route';

/** An id stands as it is, percent-encoded, or in the form of `toJobSegment`, which survives every proxy. */
export const jobParams = z.object({ id: z.string().min(1).max(1400).transform(fromJobSegment) });

export const jobRoutes = [
  route({
    method: 'GET',
    path: '/queues/{queue}/jobs',
    right: 'view',
    summary: 'One page of the jobs in a state: cursor is one of a page beside it, or "last"; at begins at a time',
    query: z.object({
      state: jobStateSchema.default('waiting'),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z.string().min(1).max(4096).optional(),
      order: z.enum(['newest', 'oldest']).default('newest'),
      /** ms since the epoch; without a cursor. */
      at: z.coerce.number().int().min(0).optional(),
    }),
    answers: { 200: jobPageSchema },
    handle: async ({ queue, query: { cursor = null, at = null, ...where }, context }) =>
      json(await deskOf(context, queue).jobs(refOf(queue), { ...where, cursor, at })),
  }),
  route({
    method: 'POST',
    path: '/queues/{queue}/jobs',
    right: 'operate',
    summary: 'Add a job. 200 instead of 202 when a job of that id exists. Honours Idempotency-Key for 24 h.',
    body: addJobBodySchema,
    answers: { 202: addJobResultSchema, 200: addJobResultSchema },
    handle: ({ queue, body, actor, request, context }) =>
      once(context.store, actor, request.headers.get('idempotency-key'), { queue: queue.key, body }, async () => {
        const result = await perform(
          context.audit,
          { actor, action: 'add', queue: queue.id, jobIds: body.opts.jobId === undefined ? [] : [body.opts.jobId] },
          () => deskOf(context, queue).add(refOf(queue), body),
          ({ jobId, status }) => ({
            outcome: status === 'queued' ? 'done' : 'refused',
            detail:
              status === 'duplicate'
                ? 'a job of this id exists'
                : body.opts.jobId === undefined
                  ? `job ${jobId}`
                  : null,
          }),
        );
        return { status: result.status === 'queued' ? 202 : 200, body: result };
      }),
  }),
  route({
    method: 'POST',
    path: '/queues/{queue}/jobs/actions',
    right: 'operate',
    summary: 'Act on up to 1,000 jobs; one result per id',
    body: jobsActionBodySchema,
    answers: { 200: jobsActionResultSchema },
    handle: async ({ queue, body: { action, ids }, actor, context }) => {
      const unique = [...new Set(ids)];
      const results = await perform(
        context.audit,
        { actor, action, queue: queue.id, jobIds: unique },
        () => deskOf(context, queue).act(refOf(queue), action, unique),
        judgeResults,
      );
      return json({ results });
    },
  }),
  route({
    method: 'GET',
    path: '/queues/{queue}/jobs/{id}',
    right: 'view',
    summary: 'One job, whole but for payloads over 64 KB',
    params: jobParams,
    answers: { 200: jobSchema },
    handle: async ({ queue, params: { id }, context }) => json(await deskOf(context, queue).job(refOf(queue), id)),
  }),
  route({
    method: 'GET',
    path: '/queues/{queue}/jobs/{id}/field',
    right: 'view',
    summary: 'A whole field of a job as stored',
    params: jobParams,
    query: z.object({
      name: z.enum(['data', 'result', 'options', 'error', 'stacktrace']),
      download: z.enum(['0', '1']).default('0'),
    }),
    answers: { 200: 'text/plain' },
    handle: async ({ queue, params: { id }, query: { name, download }, context }) => {
      const { bytes, hash } = await deskOf(context, queue).field(refOf(queue), id, name);
      const headers = new Headers({
        'Content-Type': 'text/plain; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
        ETag: `"${hash}"`,
      });
      if (download === '1')
        headers.set(
          'Content-Disposition',
          `attachment; filename="${id.replace(/[^\w.-]/g, '_').slice(0, 80)}-${name}.txt"`,
        );
      return new Response(new Uint8Array(bytes), { headers });
    },
  }),
  route({
    method: 'POST',
    path: '/queues/{queue}/jobs/{id}/actions',
    right: 'operate',
    summary: 'Act on one job',
    params: jobParams,
    body: jobActionBodySchema,
    answers: { 200: jobActionResultSchema },
    handle: async ({ queue, params: { id }, body: { action }, actor, context }) => {
      const [result] = await perform(
        context.audit,
        { actor, action, queue: queue.id, jobIds: [id] },
        () => deskOf(context, queue).act(refOf(queue), action, [id]),
        judgeResults,
      );
      if (!result) throw new AppError('internal', 'The action gave no result.');
      if (!result.ok)
        throw new AppError((result.code ?? 'internal') as ErrorCode, result.detail ?? 'The action was refused.');
      return json(result);
    },
  }),
];

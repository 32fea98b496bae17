import { z } from 'zod';
import { perform } from '../../../actions/perform';
import { isMove } from '../../../domain/action';
import { canDo, canSee } from '../../../domain/access';
import { moveTargetOf } from '../../../domain/dead-letter';
import { AppError, messageOf } from '../../../domain/errors';
import { jobStateSchema } from '../../../domain/job';
import {
  operationReportSchema,
  operationSchema,
  operationsSchema,
  operationWishSchema,
  previewBodySchema,
  previewSchema,
  startOperationBodySchema,
  type OperationReport,
  type StartOperationBody,
} from '../../../domain/operation';
import type { Caller } from '../../../domain/permissions';
import type { QueueId } from '../../../domain/queue';
import { queryTextSchema } from '../../../domain/search';
import { exportJobs } from '../../../operations/export-jobs';
import { noSuchOperation } from '../../../operations/operations';
import { preview } from '../../../operations/preview';
import { readQuery } from '../../../operations/read-query';
import { parseRules } from '../../../redact/redact-paths';
import { assertMayAsk } from '../../../redact/redact-query';
import type { ApiContext } from '../context';
import { once } from '../idempotency';
import { deskOf, refOf } from '../queue-ref';
import { json, route } from '../route';

const operationParams = z.object({ id: z.uuid() });

export const operationRoutes = [
  route({
    method: 'POST',
    path: '/queues/{queue}/operations/preview',
    right: 'view',
    summary:
      'What an operation would do: number, oldest, newest, names and errors of a sample. Go on with nextCursor and until, and add up.',
    body: previewBodySchema,
    answers: { 200: previewSchema },
    handle: async ({ queue, body, context }) => {
      const { bulk, scan } = deskOf(context, queue);
      const { hidden } = context.operations;
      return json(await preview({ bulk, scan, hidden }, refOf(queue), queue.key, body));
    },
  }),
  route({
    method: 'POST',
    path: '/queues/{queue}/operations',
    right: 'operate',
    summary:
      'Start an action on many jobs: those named, or all of a state that match. Runs on whatever becomes of the request. Honours Idempotency-Key.',
    body: startOperationBodySchema,
    answers: { 202: operationSchema },
    handle: ({ queue, body, actor, request, context }) =>
      once(
        context.store,
        actor,
        request.headers.get('idempotency-key'),
        { queue: queue.key, operation: body },
        async () => {
          const { target } = body;
          assertMayMove(actor, queue.id, body);
          if (target.by === 'query') assertMayAsk(parseRules(actor.access.redact), readQuery(target.query, Date.now()));
          const operation = await perform(
            context.audit,
            {
              actor,
              action: body.action,
              queue: queue.id,
              jobIds: target.by === 'ids' ? target.ids : [],
            },
            () => context.operations.all.start(deskOf(context, queue), { queue, ref: refOf(queue) }, body, actor),
            ({ id }) => ({ outcome: 'done', detail: `operation ${id} started: ${inWords(body)}` }),
          );
          return { status: 202, body: operation };
        },
      ),
  }),
  route({
    method: 'GET',
    path: '/queues/{queue}/export',
    right: 'view',
    summary:
      'All jobs of a state that match, as a stream: one JSON a line, or CSV. Fields over 1 MB are left out and named (leftOut), those with bytes that are no text are named (notUtf8). Closing the connection stops it.',
    query: z.object({
      state: jobStateSchema,
      q: queryTextSchema.default(''),
      format: z.enum(['ndjson', 'csv']).default('ndjson'),
      until: z.coerce.number().int().min(0).optional(),
    }),
    answers: { 200: 'application/x-ndjson' },
    handle: async ({ queue, query: { state, q, format, until }, actor, request, context }) => {
      if (actor.access.redact.length > 0)
        throw new AppError('forbidden', `Your role is ${actor.role}, which does not see all that jobs carry.`);
      const { bulk, scan } = deskOf(context, queue);
      const at = until ?? (await bulk.now());
      const query = readQuery(q, at);
      const free = await context.searches.take(actor);
      const what = { state, query, until: at, format };
      const body = await exportJobs({ bulk, scan }, refOf(queue), what, request.signal, {
        isStillAllowed: () => context.isSessionLive(actor),
        onEnd: free,
        onError: (error) => context.log.warn({ error: messageOf(error), queue: queue.key }, 'an export was cut off'),
      }).catch((error: unknown) => {
        free();
        throw error;
      });
      const name = `${queue.id.name}-${state}`.replace(/[^\w.-]/g, '_').slice(0, 80);
      return new Response(body, {
        headers: {
          'Content-Type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8',
          'Content-Disposition': `attachment; filename="${name}.${format}"`,
          'Cache-Control': 'no-store',
          'X-Content-Type-Options': 'nosniff',
        },
      });
    },
  }),
  route({
    method: 'GET',
    path: '/operations',
    right: 'view',
    summary: 'Operations of the last 7 days, newest first',
    query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
    answers: { 200: operationsSchema },
    handle: async ({ query: { limit }, actor, context }) => {
      const operations = await context.operations.all.list(limit);
      return json({ operations: operations.filter(({ queue }) => canSee(actor.access, queue)) });
    },
  }),
  route({
    method: 'GET',
    path: '/operations/{id}',
    right: 'view',
    summary: 'One operation, and why jobs were not done: every reason with its number, the first 1,000 jobs by name',
    params: operationParams,
    answers: { 200: operationReportSchema },
    handle: async ({ params: { id }, actor, context }) => json(await visible(context, actor, id)),
  }),
  route({
    method: 'POST',
    path: '/operations/{id}/actions',
    right: 'operate',
    summary: 'Pause, resume or stop an operation, or undo a removal that has not come yet',
    params: operationParams,
    body: z.strictObject({ action: operationWishSchema }),
    answers: { 200: operationSchema },
    handle: async ({ params: { id }, body: { action }, actor, context }) => {
      const { operation: before } = await visible(context, actor, id);
      const operation = await perform(
        context.audit,
        { actor, action: before.action, queue: before.queue, jobIds: [] },
        () => context.operations.all.wish(id, action),
        ({ counts }) => ({
          outcome: 'done',
          detail: `operation ${id} ${PAST[action]} at ${counts.done} of ${counts.of ?? '?'}`,
        }),
      );
      return json(operation);
    },
  }),
];

/** Moving is adding to another queue: the role must hold there as well. @throws AppError `forbidden` */
function assertMayMove({ access }: Caller, from: QueueId, { action, to }: StartOperationBody): void {
  if (!isMove(action)) return;
  const name = to ?? moveTargetOf(action, from.name);
  if (name === null || canDo(access, { ...from, name }, action)) return;
  throw new AppError('forbidden', `Your role is ${access.role}, which may not ${action} in “${name}”.`);
}

/** @throws AppError `not-found`, also for operations on queues that the role does not see */
async function visible({ operations }: ApiContext, { access }: Caller, id: string): Promise<OperationReport> {
  const report = await operations.all.report(id);
  if (canSee(access, report.operation.queue)) return report;
  throw noSuchOperation();
}

const PAST = { pause: 'paused', resume: 'resumed', stop: 'stopped', undo: 'undone' } as const;

function inWords({ target, pace, canary, undo, to }: StartOperationBody): string {
  return [
    target.by === 'ids'
      ? `${target.ids.length} ${target.state} jobs by name`
      : target.query.trim() === ''
        ? `all ${target.state} jobs`
        : `${target.state} jobs that match ${target.query.trim()}`,
    pace === null ? 'as fast as possible' : `${pace}/s`,
    ...(canary ? [`first ${canary.size} as a canary`] : []),
    ...(to === undefined ? [] : [`other queue ${to}`]),
    ...(undo ? ['can be undone for 10 minutes'] : []),
  ].join(', ');
}

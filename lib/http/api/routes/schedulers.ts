import { z } from 'zod';
import { perform } from '../../../actions/perform';
import { AppError } from '../../../domain/errors';
import type { Caller } from '../../../domain/permissions';
import { fromQueueKey } from '../../../domain/queue-key';
import type { Queue } from '../../../domain/queue';
import {
  scheduleBodySchema,
  schedulePreviewSchema,
  schedulerBodySchema,
  schedulerDetailSchema,
  schedulerEditSchema,
  schedulerIdSchema,
  schedulersPageSchema,
  type Schedule,
  type ScheduleBody,
  type SchedulerDetail,
} from '../../../domain/scheduler';
import { previewSchedule } from '../../../schedules/preview';
import { scheduleWords } from '../../../schedules/schedule-words';
import type { ApiContext } from '../context';
import { deskOf, refOf } from '../queue-ref';
import { json, route } from '../route';
import { forgetCounts, pageOfSchedulers, readCursor } from '../schedulers/page';
import { viewSchedulers } from '../schedulers/view';

const idSchema = z.object({ id: schedulerIdSchema });

export const schedulerRoutes = [
  route({
    method: 'GET',
    path: '/schedulers',
    right: 'view',
    summary: 'Schedulers of all queues, or of one: when they run, how their last runs ended, what is wrong',
    query: z.object({
      queue: z.string().max(4096).optional(),
      limit: z.coerce.number().int().min(1).max(100).default(50),
      cursor: z.string().max(16).optional(),
    }),
    answers: { 200: schedulersPageSchema },
    handle: async ({ query: { queue, limit, cursor }, context }) => {
      const { mirror } = context;
      if (!mirror.hasState()) throw new AppError('not-ready', mirror.whyNotReady() ?? 'Nothing is known yet.');
      const queues = queue === undefined ? mirror.snapshot().queues : [known(context, queue)];
      const page = await pageOfSchedulers(context, queues, readCursor(cursor), limit, Date.now());
      if (queue !== undefined && page.unread[0]) throw new AppError('source-down', page.unread[0].reason);
      return json(page);
    },
  }),
  route({
    method: 'POST',
    path: '/schedules/preview',
    right: 'view',
    summary: 'What a schedule will do: in words, its next five times, or what is wrong with it and where',
    body: z.object({ schedule: scheduleBodySchema }),
    answers: { 200: schedulePreviewSchema },
    handle: ({ body }) => json(previewSchedule(toSchedule(body.schedule), Date.now())),
  }),
  route({
    method: 'GET',
    path: '/queues/{queue}/scheduler',
    right: 'view',
    summary: 'One scheduler, with what its jobs are made from and its last 60 runs',
    query: idSchema,
    answers: { 200: schedulerDetailSchema },
    handle: async ({ queue, query: { id }, actor, context }) => json(await detailOf(context, queue, id, actor)),
  }),
  route({
    method: 'POST',
    path: '/queues/{queue}/schedulers',
    right: 'operate',
    summary: 'Add a scheduler: a job scheduler of BullMQ, a repeatable job of Bull. 409 when there is one of that id',
    body: schedulerBodySchema,
    answers: { 201: idSchema },
    handle: async ({ queue, body, actor, context }) => {
      const id = await perform(
        context.audit,
        { actor, action: 'add scheduler', queue: queue.id, jobIds: [] },
        async () => {
          check(body.schedule);
          return deskOf(context, queue).schedulers.add(refOf(queue), body);
        },
        (made) => ({ outcome: 'done', detail: `${made}: ${inWords(toSchedule(body.schedule))}` }),
      );
      forgetCounts(context);
      return json({ id }, 201);
    },
  }),
  route({
    method: 'PUT',
    path: '/queues/{queue}/schedulers',
    right: 'operate',
    summary: 'Replace a scheduler’s times, and its template where the body gives one. Bull’s has another id afterwards',
    body: schedulerEditSchema,
    answers: { 200: idSchema },
    handle: async ({ queue, body, actor, context }) => {
      const { schedulers } = deskOf(context, queue);
      const { id } = await perform(
        context.audit,
        { actor, action: 'edit scheduler', queue: queue.id, jobIds: [] },
        async () => {
          check(body.schedule);
          const before = await schedulers.get(refOf(queue), body.id);
          return { before, id: await schedulers.edit(refOf(queue), body) };
        },
        ({ before, id: after }) => ({
          outcome: 'done',
          detail: `${body.id}: ${inWords(before.schedule)} → ${after === body.id ? '' : `${after}: `}${inWords(toSchedule(body.schedule))}${body.data === undefined ? '' : ', data replaced'}${body.opts === undefined ? '' : ', options replaced'}`,
        }),
      );
      return json({ id });
    },
  }),
  route({
    method: 'DELETE',
    path: '/queues/{queue}/schedulers',
    right: 'operate',
    summary: 'Remove a scheduler with its next job',
    query: idSchema,
    answers: { 200: idSchema },
    handle: async ({ queue, query: { id }, actor, context }) => {
      const { schedulers } = deskOf(context, queue);
      await perform(
        context.audit,
        { actor, action: 'remove scheduler', queue: queue.id, jobIds: [] },
        async () => {
          const before = await schedulers.get(refOf(queue), id);
          await schedulers.remove(refOf(queue), id);
          return before;
        },
        ({ schedule, name }) => ({ outcome: 'done', detail: `${id}: ${name}, ${inWords(schedule)}` }),
      );
      forgetCounts(context);
      return json({ id });
    },
  }),
  route({
    method: 'POST',
    path: '/queues/{queue}/schedulers/run',
    right: 'operate',
    summary: 'Add one job of a scheduler’s template now; its schedule stays as it is',
    body: idSchema.strict(),
    answers: { 202: z.object({ jobId: z.string() }) },
    handle: async ({ queue, body: { id }, actor, context }) => {
      const jobId = await perform(
        context.audit,
        { actor, action: 'run scheduler', queue: queue.id, jobIds: [] },
        () => deskOf(context, queue).schedulers.runNow(refOf(queue), id),
        (made) => ({ outcome: 'done', detail: `${id}: job ${made}` }),
      );
      return json({ jobId }, 202);
    },
  }),
];

async function detailOf(context: ApiContext, queue: Queue, id: string, actor: Caller): Promise<SchedulerDetail> {
  const stored = await deskOf(context, queue).schedulers.get(refOf(queue), id);
  const [view] = await viewSchedulers(context, queue, [stored], Date.now(), 'one');
  if (!view) throw new AppError('not-found', 'This scheduler does not exist (any more).');
  // Which part of the data a role may not see is said of jobs; here all of it stays out of sight.
  const isHidden = actor.access.redact.length > 0;
  const template = stored.template && isHidden ? { ...stored.template, data: null } : stored.template;
  return { ...view, template };
}

function known({ mirror }: ApiContext, key: string): Queue {
  const queue = fromQueueKey(key) === null ? null : mirror.queue(key);
  if (!queue) throw new AppError('not-found', 'There is no such queue.');
  return queue;
}

/** @throws AppError `bad-request` saying at which character of the pattern */
function check(body: ScheduleBody): void {
  const { error } = previewSchedule(toSchedule(body), Date.now());
  if (error === null) return;
  const path = body.pattern === undefined || error.at === null ? 'schedule' : 'schedule.pattern';
  const where = error.at === null ? '' : ` (at character ${error.at + 1})`;
  throw new AppError('bad-request', `The schedule is not right${where}: ${error.message}`, {
    invalidParams: [{ path, message: error.message }],
  });
}

function toSchedule({ pattern, everyMs, offsetMs, tz, startAt, endAt, limit }: ScheduleBody): Schedule {
  return {
    pattern: pattern ?? null,
    everyMs: everyMs ?? null,
    offsetMs: offsetMs ?? null,
    tz: tz ?? null,
    startAt: startAt ?? null,
    endAt: endAt ?? null,
    limit: limit ?? null,
  };
}

/** For the audit log: words, and what they leave out. */
function inWords(schedule: Schedule): string {
  const { pattern, tz, limit, endAt } = schedule;
  const more = [
    pattern === null ? null : `pattern ${pattern}`,
    tz,
    limit === null ? null : `limit ${limit}`,
    endAt === null ? null : `until ${new Date(endAt).toISOString()}`,
  ].filter((part) => part !== null);
  return `${scheduleWords(schedule)}${more.length > 0 ? ` (${more.join(', ')})` : ''}`;
}

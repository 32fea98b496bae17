import { z } from 'zod';
import { perform } from '../../../actions/perform';
import { AppError } from '../../../domain/errors';
import {
  confirmBodySchema,
  deadLettersSchema,
  peekBodySchema,
  peekSchema,
  publishBodySchema,
  replayBodySchema,
  type DeadGroup,
} from '../../../domain/message';
import { operationSchema } from '../../../domain/operation';
import type { Caller } from '../../../domain/permissions';
import type { Queue } from '../../../domain/queue';
import { countWords } from '../../../domain/words';
import type { MessageDesk, MessageQueue } from '../../../sources/messages';
import type { ApiContext } from '../context';
import { once } from '../idempotency';
import { deskOf, refOf } from '../queue-ref';
import { json, route } from '../route';

const done = z.object({ done: z.literal(true) });

export const messageRoutes = [
  route({
    method: 'POST',
    path: '/queues/{queue}/messages/peek',
    right: 'operate',
    summary:
      'The first messages of a RabbitMQ queue. They are taken and put back, which marks them as redelivered. Not for streams, nor quorum queues with a delivery limit.',
    body: peekBodySchema,
    answers: { 200: peekSchema },
    handle: async ({ queue, body: { count }, actor, context }) => {
      assertSeesAll(actor);
      const { messages, of } = at(context, queue);
      const peek = await perform(
        context.audit,
        { actor, action: 'peek', queue: queue.id, jobIds: [] },
        () => messages.peek(of, count),
        (answer) => ({ outcome: 'done', detail: `${countWords(answer.messages.length, 'message')} looked at` }),
      );
      return json(peek);
    },
  }),
  route({
    method: 'POST',
    path: '/queues/{queue}/messages',
    right: 'operate',
    summary: 'Publish a message to a RabbitMQ queue, to it alone. Honours Idempotency-Key.',
    body: publishBodySchema,
    answers: { 202: done },
    handle: ({ queue, body, actor, request, context }) =>
      once(context.store, actor, request.headers.get('idempotency-key'), { queue: queue.key, body }, async () => {
        const { messages, of } = at(context, queue);
        await perform(
          context.audit,
          { actor, action: 'publish', queue: queue.id, jobIds: [] },
          () => messages.publish(of, body),
          () => ({ outcome: 'done', detail: `${Buffer.byteLength(body.payload)} bytes of ${body.contentType}` }),
        );
        return { status: 202, body: { done: true } };
      }),
  }),
  route({
    method: 'POST',
    path: '/queues/{queue}/messages/purge',
    right: 'operate',
    summary: 'Take all ready messages of a RabbitMQ queue away. Wants its name as confirm.',
    body: confirmBodySchema,
    answers: { 200: done },
    handle: async ({ queue, body: { confirm }, actor, context }) => {
      const { messages, of } = at(context, queue);
      await perform(
        context.audit,
        { actor, action: 'purge', queue: queue.id, jobIds: [] },
        () => {
          refuseOtherName(queue, confirm);
          return messages.purge(of);
        },
        () => ({ outcome: 'done', detail: `about ${countWords(queue.counts.waiting ?? 0, 'message')}` }),
      );
      return json({ done: true });
    },
  }),
  route({
    method: 'POST',
    path: '/queues/{queue}/messages/delete',
    right: 'operate',
    summary: 'Delete a RabbitMQ queue with all its messages. Wants its name as confirm.',
    body: confirmBodySchema,
    answers: { 200: done },
    handle: async ({ queue, body: { confirm }, actor, context }) => {
      const { messages, of } = at(context, queue);
      await perform(
        context.audit,
        { actor, action: 'delete', queue: queue.id, jobIds: [] },
        () => {
          refuseOtherName(queue, confirm);
          return messages.remove(of);
        },
        () => ({ outcome: 'done', detail: null }),
      );
      return json({ done: true });
    },
  }),
  route({
    method: 'POST',
    path: '/queues/{queue}/dead-letters',
    right: 'operate',
    summary:
      'The first 500 messages of a queue by why they died, where and of which error. They are taken and put back.',
    answers: { 200: deadLettersSchema },
    handle: async ({ queue, actor, context }) => {
      assertSeesAll(actor);
      const { messages, of } = at(context, queue);
      const found = await perform(
        context.audit,
        { actor, action: 'peek', queue: queue.id, jobIds: [] },
        () => messages.deadLetters(of),
        ({ sampled }) => ({ outcome: 'done', detail: `${countWords(sampled, 'dead letter')} looked at` }),
      );
      return json(found);
    },
  }),
  route({
    method: 'POST',
    path: '/queues/{queue}/dead-letters/replay',
    right: 'operate',
    summary:
      'Start sending dead letters back to the queues they came from, all or those of one kind. An operation: paced, can be paused and stopped. Honours Idempotency-Key.',
    body: replayBodySchema,
    answers: { 202: operationSchema },
    handle: ({ queue, body, actor, request, context }) =>
      once(
        context.store,
        actor,
        request.headers.get('idempotency-key'),
        { queue: queue.key, replay: body },
        async () => {
          const { messages, of } = at(context, queue);
          const operation = await perform(
            context.audit,
            { actor, action: 'replay', queue: queue.id, jobIds: [] },
            () => context.operations.all.replay(messages, { queue, ref: of }, body, actor),
            ({ id, counts }) => ({
              outcome: 'done',
              detail: `operation ${id} started: ${groupWords(body.group)} of ${countWords(counts.of ?? 0, 'message')}, ${body.pace === null ? 'as fast as possible' : `${body.pace}/s`}`,
            }),
          );
          return { status: 202, body: operation };
        },
      ),
  }),
];

/** The side of the source that knows messages. @throws AppError `unsupported` for queues of jobs */
function at(context: ApiContext, queue: Queue): { messages: MessageDesk; of: MessageQueue } {
  const { messages } = deskOf(context, queue);
  if (!messages || !queue.rabbit)
    throw new AppError('unsupported', 'This queue holds jobs, not messages: see its jobs instead.');
  const { type, deliveryLimit } = queue.rabbit;
  return { messages, of: { ...refOf(queue), rabbit: { type, deliveryLimit } } };
}

/** What a message carries may have any form: nothing of it can be taken out for sure. */
function assertSeesAll({ role, access }: Caller): void {
  if (access.redact.length > 0)
    throw new AppError('forbidden', `Your role is ${role}, which does not see all that messages carry.`);
}

function refuseOtherName({ id }: Queue, confirm: string): void {
  if (confirm === id.name) return;
  throw new AppError('bad-request', `This cannot be undone: give the queue’s name, ${id.name}, as confirm.`, {
    invalidParams: [{ path: 'confirm', message: 'must be the queue’s name' }],
  });
}

function groupWords(group: DeadGroup | null): string {
  if (group === null) return 'all';
  return `those ${group.reason ?? 'without a reason'} in ${group.origin ?? '?'}${group.error === null ? '' : ` with the error ${group.error}`}`;
}

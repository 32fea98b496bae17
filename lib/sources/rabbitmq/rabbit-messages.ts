import type { RabbitSourceConfig } from '../../config/config';
import { AppError } from '../../domain/errors';
import {
  PEEK_BYTES,
  SAMPLE_SIZE,
  whyNotPeek,
  type DeadGroup,
  type DeadLetters,
  type Peek,
  type PublishBody,
} from '../../domain/message';
import type { MessageDesk, MessageQueue, ReplaySession, ReplayTask } from '../messages';
import { connectAmqp } from './amqp-connect';
import { groupDeadLetters } from './dead-letters';
import { Fields } from './fields';
import { ManagementRefusal, type Call, type Management } from './management';
import { AmqpReplay } from './amqp-replay';
import { readMessage } from './read-message';

/** Beyond it the broker answers no more: much may have to be taken and put back. */
const GET_MS = 20_000;

/** Messages through the management API; replays, which need confirms, by AMQP. */
export class RabbitMessages implements MessageDesk {
  constructor(
    private readonly config: RabbitSourceConfig,
    private readonly api: Management,
  ) {}

  async peek(queue: MessageQueue, count: number): Promise<Peek> {
    const answer = await this.get(queue, count, PEEK_BYTES);
    const last = Fields.of(answer.at(-1));
    return {
      at: Date.now(),
      messages: answer.map((item, index) => readMessage(item, index)),
      behind: last.number('message_count') ?? 0,
    };
  }

  async publish(queue: MessageQueue, body: PublishBody): Promise<void> {
    assertWritable(queue);
    const { payload, contentType, persistent, priority, messageId, headers } = body;
    const answer = await this.ask(queue, {
      method: 'POST',
      path: `exchanges/${encodeURIComponent(queue.id.namespace)}/amq.default/publish`,
      body: {
        routing_key: queue.id.name,
        payload,
        payload_encoding: 'string',
        properties: {
          content_type: contentType,
          delivery_mode: persistent ? 2 : 1,
          timestamp: Math.floor(Date.now() / 1_000),
          headers,
          ...(priority === undefined ? {} : { priority }),
          ...(messageId === undefined ? {} : { message_id: messageId }),
        },
      },
    });
    if (!Fields.of(answer).is('routed')) throw new AppError('not-found', `No queue took it: ${queue.id.name} is gone.`);
  }

  async purge(queue: MessageQueue): Promise<void> {
    assertWritable(queue);
    if (queue.rabbit.type === 'stream') throw new AppError('unsupported', 'A stream cannot be purged, only deleted.');
    await this.ask(queue, { method: 'DELETE', path: `${pathOf(queue)}/contents` });
  }

  async remove(queue: MessageQueue): Promise<void> {
    assertWritable(queue);
    await this.ask(queue, { method: 'DELETE', path: pathOf(queue) });
  }

  async deadLetters(queue: MessageQueue): Promise<DeadLetters> {
    const answer = await this.get(queue, SAMPLE_SIZE, 1);
    const behind = Fields.of(answer.at(-1)).number('message_count') ?? 0;
    const messages = answer.map((item, index) => readMessage(item, index));
    return {
      at: Date.now(),
      sampled: messages.length,
      of: messages.length + behind,
      groups: groupDeadLetters(messages, queue.id.name),
    };
  }

  async countReady(queue: MessageQueue): Promise<number> {
    const connection = await connectAmqp(this.config, queue.id.namespace, 'tailback-count');
    try {
      const channel = await connection.createChannel();
      channel.on('error', () => undefined);
      return (await channel.checkQueue(queue.id.name)).messageCount;
    } catch (error) {
      throw new AppError(
        'not-found',
        `RabbitMQ does not let us look at ${queue.id.name}: ${(error as Error).message}.`,
      );
    } finally {
      await connection.close().catch(() => undefined);
    }
  }

  whyNotReplay(queue: MessageQueue, group: DeadGroup | null): string | null {
    if (queue.readOnlyReason !== null) return queue.readOnlyReason;
    if (!this.config.amqpUrl)
      return 'Replaying needs AMQP: give the source an amqpUrl (RABBITMQ_AMQP_URL) beside its management address.';
    if (queue.rabbit.type === 'stream') return 'A stream keeps what is read from it: nothing can be moved out of it.';
    if (group !== null && queue.rabbit.deliveryLimit !== null)
      return `Of a quorum queue with a delivery limit only all can be replayed: what is passed over would count as delivered.`;
    return null;
  }

  async replay(queue: MessageQueue, task: ReplayTask): Promise<ReplaySession> {
    const why = this.whyNotReplay(queue, task.group);
    if (why !== null) throw new AppError('unsupported', why);
    return AmqpReplay.open(this.config, queue, task);
  }

  private async get(queue: MessageQueue, count: number, truncate: number): Promise<unknown[]> {
    const why = whyNotPeek(queue.rabbit.type, queue.rabbit.deliveryLimit);
    if (why !== null) throw new AppError('unsupported', why);
    assertWritable(queue);
    const answer = await this.ask(queue, {
      method: 'POST',
      path: `${pathOf(queue)}/get`,
      body: { count, ackmode: 'ack_requeue_true', encoding: 'auto', truncate },
      timeoutMs: GET_MS,
    });
    return Array.isArray(answer) ? answer : [];
  }

  /** @throws AppError with what the broker's refusal means */
  private async ask(queue: MessageQueue, call: Call): Promise<unknown> {
    try {
      return await this.api.call(call);
    } catch (error) {
      if (!(error instanceof ManagementRefusal)) throw error;
      const { status, reason } = error;
      const { namespace, name } = queue.id;
      if (status === 401 || status === 403 || /access.refused|not.allowed|refused for user/i.test(reason))
        throw new AppError(
          'forbidden',
          `RabbitMQ does not allow this to the user of "${this.config.name}" (${reason}). Give it the right with rabbitmqctl set_permissions -p ${namespace}.`,
          { cause: error },
        );
      if (status === 404) throw new AppError('not-found', `There is no queue ${name} in ${namespace} (any more).`);
      throw new AppError('unsupported', `RabbitMQ refuses: ${reason}.`, { cause: error });
    }
  }
}

function assertWritable({ readOnlyReason }: MessageQueue): void {
  if (readOnlyReason !== null) throw new AppError('unsupported', readOnlyReason);
}

function pathOf({ id }: MessageQueue): string {
  return `queues/${encodeURIComponent(id.namespace)}/${encodeURIComponent(id.name)}`;
}

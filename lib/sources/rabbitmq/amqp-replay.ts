import type { ChannelModel, ConfirmChannel, GetMessage, Options } from 'amqplib';
import type { RabbitSourceConfig } from '../../config/config';
import { AppError, isAppError } from '../../domain/errors';
import type { MessageQueue, ReplaySession, ReplayStep, ReplayTask } from '../messages';
import { connectAmqp, shownAmqpUrl } from './amqp-connect';
import { groupOf, isSameGroup } from './dead-group';
import { troubleWords } from '../../config/trouble-words';

/** Messages that are passed over stay taken until the end: more than this would burden the broker. */
const MAX_HELD = 20_000;
const CONFIRM_MS = 20_000;
/** Marks a message that was sent again, so that a consumer can tell one that came twice. */
export const REPLAY_HEADER = 'x-tailback-replay';
/** What the broker wrote on its way, and what would send it elsewhere. Its way begins anew. */
const STRIPPED = /^(x-death|x-(first|last)-death-.*|x-delivery-count|cc|bcc)$/i;

type Sent = { tag: GetMessage; isReturned: boolean; outcome: Promise<void> };

/** Sends dead letters to where they came from, over one connection with publisher confirms. */
export class AmqpReplay implements ReplaySession {
  private held = 0;
  private gone = 0;
  private number = 0;
  private broken: Error | null = null;
  /** By the number in `REPLAY_HEADER`: the broker gives back what no queue takes, before it confirms it. */
  private readonly sent = new Map<string, Sent>();

  private constructor(
    private readonly connection: ChannelModel,
    private readonly channel: ConfirmChannel,
    private readonly address: string,
    private readonly queue: MessageQueue,
    private readonly task: ReplayTask,
  ) {
    for (const from of [connection, channel])
      from
        .on('error', (error: Error) => (this.broken = error))
        .on('close', () => (this.broken ??= new Error('closed')));
    channel.on('return', (message: { properties: { headers?: Record<string, unknown> } }) => {
      const one = this.sent.get(String(message.properties.headers?.[REPLAY_HEADER]));
      if (one) one.isReturned = true;
    });
  }

  /** @throws AppError as `connectAmqp` */
  static async open(config: RabbitSourceConfig, queue: MessageQueue, task: ReplayTask): Promise<AmqpReplay> {
    const connection = await connectAmqp(config, queue.id.namespace, 'tailback-replay');
    try {
      const channel = await connection.createConfirmChannel();
      return new AmqpReplay(connection, channel, shownAmqpUrl(config.amqpUrl ?? ''), queue, task);
    } catch (error) {
      await connection.close().catch(() => undefined);
      throw error;
    }
  }

  async step(count: number): Promise<ReplayStep> {
    try {
      return await this.tryStep(count);
    } catch (error) {
      await this.close();
      if (isAppError(error)) throw error;
      const cause = this.broken ?? error;
      const text = cause instanceof Error ? cause.message : String(cause);
      if (/NOT.FOUND|404/.test(text))
        throw new AppError('not-found', `There is no queue ${this.queue.id.name} any more.`);
      if (/ACCESS.REFUSED|403/.test(text))
        throw new AppError(
          'forbidden',
          `The AMQP user may not read this queue, or not write to the default exchange: ${text}`,
        );
      throw new AppError(
        'source-down',
        `RabbitMQ ended the replay's connection: ${troubleWords(cause, this.address)}.`,
        {
          cause: error,
        },
      );
    }
  }

  async close(): Promise<void> {
    this.broken ??= new Error('closed');
    // Closing gives back, in their places, all messages that are held.
    await this.connection.close().catch(() => undefined);
  }

  private async tryStep(count: number): Promise<ReplayStep> {
    const left = new Map<string, number>();
    const leave = (text: string) => {
      this.held += 1;
      left.set(text, (left.get(text) ?? 0) + 1);
    };
    const batch: Sent[] = [];
    let scanned = 0;
    let isOver = false;
    while (scanned < count && !isOver) {
      if (this.broken) throw this.broken;
      if (this.gone + this.held + batch.length >= this.task.most) {
        isOver = true;
        break;
      }
      const message = await this.channel.get(this.queue.id.name);
      if (message === false) {
        isOver = true;
        break;
      }
      scanned += 1;
      const why = this.whyNot(message);
      if (why === null) batch.push(this.send(message));
      else if (why === 'later') {
        // It died after the start, and so did all behind it.
        this.held += 1;
        isOver = true;
      } else leave(why);
      if (this.held > MAX_HELD)
        throw new AppError(
          'conflict',
          `${MAX_HELD} messages of other kinds lie before the rest: replay or remove those first.`,
        );
    }
    let replayed = 0;
    await within(Promise.all(batch.map(({ outcome }) => outcome)), CONFIRM_MS);
    for (const { tag, isReturned } of batch)
      if (isReturned) leave('its origin is gone: no queue of that name takes it');
      else {
        this.channel.ack(tag);
        replayed += 1;
        this.gone += 1;
      }
    this.sent.clear();
    // An answer to something that was sent after them proves that the acknowledgements have arrived.
    await this.channel.checkQueue(this.queue.id.name);
    return { replayed, scanned, left: [...left].map(([text, n]) => ({ text, count: n })), isOver };
  }

  /** Why a message stays; `later`: it died after the replay began. */
  private whyNot({ properties }: GetMessage): string | null {
    const { group, death } = groupOf(headersOf(properties.headers), this.queue.id.name);
    if (death === null) return 'it does not say where it came from (no x-death)';
    // Deaths are told to the second.
    if (death.at !== null && death.at > this.task.until + 999) return 'later';
    if (this.task.group !== null && !isSameGroup(group, this.task.group)) return 'of another kind';
    return null;
  }

  private send(message: GetMessage): Sent {
    const { properties, content } = message;
    const headers = headersOf(properties.headers);
    const origin = groupOf(headers, this.queue.id.name).death?.queue ?? '';
    this.number += 1;
    const id = `${this.task.operationId}:${this.number}`;
    const { promise, resolve, reject } = settled();
    const one: Sent = { tag: message, isReturned: false, outcome: promise };
    this.sent.set(id, one);
    this.channel.publish('', origin, content, optionsOf(properties, headers, id), (error: unknown) =>
      error ? reject(error instanceof Error ? error : new Error('the broker refused a message')) : resolve(),
    );
    return one;
  }
}

/** As it was published, but for what the broker added and what would send copies elsewhere or be refused. */
function optionsOf(
  properties: GetMessage['properties'],
  headers: Readonly<Record<string, unknown>>,
  id: string,
): Options.Publish {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !STRIPPED.test(name)));
  const given = <T>(name: string, value: T | undefined) =>
    value === undefined || value === null ? {} : { [name]: value };
  return {
    mandatory: true,
    persistent: properties.deliveryMode === 2,
    headers: { ...kept, [REPLAY_HEADER]: id },
    ...given('contentType', properties.contentType as unknown),
    ...given('contentEncoding', properties.contentEncoding as unknown),
    ...given('priority', properties.priority as unknown),
    ...given('correlationId', properties.correlationId as unknown),
    ...given('replyTo', properties.replyTo as unknown),
    ...given('messageId', properties.messageId as unknown),
    ...given('timestamp', properties.timestamp as unknown),
    ...given('type', properties.type as unknown),
    ...given('appId', properties.appId as unknown),
  };
}

function headersOf(headers: unknown): Record<string, unknown> {
  return typeof headers === 'object' && headers !== null ? (headers as Record<string, unknown>) : {};
}

/** A promise, and what settles it. */
function settled() {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((done, fail) => {
    resolve = done;
    reject = fail;
  });
  return { promise, resolve, reject };
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the broker confirms nothing, timed out')), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

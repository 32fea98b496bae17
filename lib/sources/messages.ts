import type { DeadGroup, DeadLetters, Peek, PublishBody } from '../domain/message';
import type { RabbitQueue } from '../domain/rabbit';
import type { QueueRef } from './source';

/** A queue of messages, and what decides how it may be looked at. */
export type MessageQueue = QueueRef & { rabbit: Pick<RabbitQueue, 'type' | 'deliveryLimit'> };

/** What one step of a replay did. `left`: kept where they are, by reason. */
export type ReplayStep = {
  replayed: number;
  scanned: number;
  left: { text: string; count: number }[];
  isOver: boolean;
};

/** One replay while it is worked on: holds a connection, and the messages that are not meant until it ends. */
export interface ReplaySession {
  /**
   * Takes up to `count` messages, sends those that are meant to where they came from, and acknowledges each when the broker
   * has confirmed it. Cut off at any point it loses none and sends at most `count` of them twice.
   * @throws AppError `source-down`: what was not acknowledged is back in the queue
   */
  step(count: number): Promise<ReplayStep>;
  /** Puts back what is held. Never throws. */
  close(): Promise<void>;
}

/** `until`: ms; what died later is not meant. `most`: messages that are gone through at most. */
export type ReplayTask = { group: DeadGroup | null; until: number; most: number; operationId: string };

/** What people do with the messages of a queue. Each throws AppError `forbidden` where the broker's user lacks a right. */
export interface MessageDesk {
  /** @throws AppError `unsupported` for streams, and for quorum queues with a delivery limit */
  peek(queue: MessageQueue, count: number): Promise<Peek>;
  /** To the queue alone, by the default exchange. @throws AppError `not-found` when no queue took it */
  publish(queue: MessageQueue, body: PublishBody): Promise<void>;
  /** Takes all ready messages away. */
  purge(queue: MessageQueue): Promise<void>;
  /** Takes the queue away with all its messages. */
  remove(queue: MessageQueue): Promise<void>;
  /** The first messages by why they died. @throws as `peek` */
  deadLetters(queue: MessageQueue): Promise<DeadLetters>;
  /** Ready messages now. */
  countReady(queue: MessageQueue): Promise<number>;
  /** Why nothing can be replayed from this queue, `null` when it can. */
  whyNotReplay(queue: MessageQueue, group: DeadGroup | null): string | null;
  replay(queue: MessageQueue, task: ReplayTask): Promise<ReplaySession>;
}

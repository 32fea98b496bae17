import type { Alert } from '../domain/alert';

/** What a receiver is told. */
export type ChannelMessage = {
  event: 'alert.fired' | 'alert.resolved';
  /** The same at every attempt: receivers drop what they have seen. */
  id: string;
  alert: Alert;
  sentence: string;
  /** The queue's page. */
  url: string;
};

/** A way to reach people. */
export interface Channel {
  /** Stable over restarts and changes of order: undelivered messages are kept under it. */
  readonly key: string;
  readonly kind: string;
  /** Address without secrets. */
  readonly target: string;
  /** @throws DeliveryError when the message was not, or may not have been, taken */
  send(message: ChannelMessage): Promise<void>;
}

export class DeliveryError extends Error {
  /** The receiver rejects this message itself; sending it again will hardly help. */
  readonly isRejected: boolean;

  constructor(message: string, isRejected = false) {
    super(message);
    this.name = 'DeliveryError';
    this.isRejected = isRejected;
  }
}

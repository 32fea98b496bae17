import type { Notification } from '../domain/notification';

/** A way to reach people. */
export interface Channel {
  /** Stable over restarts and changes of order: undelivered messages are kept under it. */
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  /** Address without secrets. */
  readonly target: string;
  /**
   * Where set, what is open is told again this often (ms), for receivers that forget what they do not hear of.
   * `repeat` gets all that is open and was sent here.
   */
  readonly repeatEveryMs?: number;
  repeat?(open: readonly Notification[], now: number): Promise<void>;
  /**
   * @returns what the receiver answered, in a few words and without secrets
   * @throws DeliveryError when the message was not, or may not have been, taken
   */
  send(notification: Notification): Promise<string>;
  /** What the button does, where it is not just to send. Answers and fails as `send` does. */
  test?(notification: Notification): Promise<string>;
}

export class DeliveryError extends Error {
  /** The receiver rejects this message itself; sending it again will hardly help. */
  readonly isRejected: boolean;
  /** The receiver asks to wait this long, ms. */
  readonly retryAfterMs: number | null;

  constructor(message: string, { isRejected = false, retryAfterMs = null as number | null } = {}) {
    super(message);
    this.name = 'DeliveryError';
    this.isRejected = isRejected;
    this.retryAfterMs = retryAfterMs;
  }
}

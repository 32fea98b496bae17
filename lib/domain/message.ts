import { z } from 'zod';
import { paceSchema } from './pace';
import { unknowable } from './queue';

/** Messages that one peek shows, bytes of each that it reads, and messages that are looked at to group dead letters. */
export const MAX_PEEK = 50;
export const PEEK_BYTES = 65_536;
export const SAMPLE_SIZE = 500;
/** A message that a person publishes. */
export const MAX_PUBLISH_BYTES = 1_048_576;
/** Messages that may be published and not yet acknowledged when a replay is cut off: so many are sent twice at most. */
export const REPLAY_WINDOW = 100;

/** The reason of a stop that no broker wrote down: a consumer published the message anew, for the dead letters. */
export const REPUBLISHED = 'republished';

/** One stop on a message's way: it was given up in `queue` for `reason`, `count` times. `at`: ms, the last time. */
export const deathSchema = z.object({
  /** `rejected`, `expired`, `maxlen`, `delivery_limit`; `REPUBLISHED`. */
  reason: z.string(),
  queue: z.string(),
  exchange: z.string(),
  routingKeys: z.array(z.string()),
  count: z.number(),
  at: unknowable,
});
export type Death = z.infer<typeof deathSchema>;

/** A message as it lies in a queue. All texts come from its publisher: hostile. */
export const messageSchema = z.object({
  /** Place in the queue at the time of looking, from 0. */
  index: z.number(),
  /** UTF-8, or base64 where it is none; cut at `PEEK_BYTES`. */
  payload: z.object({ text: z.string(), encoding: z.enum(['text', 'base64']), bytes: z.number(), isCut: z.boolean() }),
  exchange: z.string(),
  routingKey: z.string(),
  redelivered: z.boolean(),
  contentType: z.string().nullable(),
  contentEncoding: z.string().nullable(),
  isPersistent: z.boolean(),
  priority: unknowable,
  messageId: z.string().nullable(),
  correlationId: z.string().nullable(),
  replyTo: z.string().nullable(),
  type: z.string().nullable(),
  appId: z.string().nullable(),
  userId: z.string().nullable(),
  expiration: z.string().nullable(),
  /** ms since the epoch, by its publisher's clock. */
  timestamp: unknowable,
  headers: z.record(z.string(), z.unknown()),
  /** The newest first, as the broker writes it. */
  deaths: z.array(deathSchema),
});
export type Message = z.infer<typeof messageSchema>;

export const peekBodySchema = z.strictObject({ count: z.int().min(1).max(MAX_PEEK).default(10) });
export const peekSchema = z.object({
  at: z.number(),
  messages: z.array(messageSchema),
  /** Messages that were ready behind the last one shown. */
  behind: z.number(),
});
export type Peek = z.infer<typeof peekSchema>;

const headerValue = z.union([z.string().max(65_536), z.number(), z.boolean(), z.null()]);
export const publishBodySchema = z.strictObject({
  payload: z.string().max(MAX_PUBLISH_BYTES),
  contentType: z.string().max(255).default('application/json'),
  persistent: z.boolean().default(true),
  priority: z.int().min(0).max(255).optional(),
  messageId: z.string().max(255).optional(),
  headers: z.record(z.string().min(1).max(255), headerValue).default({}),
});
export type PublishBody = z.infer<typeof publishBodySchema>;

export const confirmBodySchema = z.strictObject({ confirm: z.string().max(1_024) });

/** Dead letters of one kind: the same reason, origin and error. `null`: the message does not say. */
export const deadGroupSchema = z.strictObject({
  reason: z.string().nullable(),
  origin: z.string().nullable(),
  /** Fingerprint of the error that a header tells. */
  error: z.string().nullable(),
});
export type DeadGroup = z.infer<typeof deadGroupSchema>;

export const deadLettersSchema = z.object({
  at: z.number(),
  /** Messages that were looked at, of those that lay there: the first ones. */
  sampled: z.number(),
  of: z.number(),
  groups: z.array(
    z.object({
      group: deadGroupSchema,
      count: z.number(),
      /** The error without what differs from message to message, and the header that tells it. */
      errorTitle: z.string().nullable(),
      errorHeader: z.string().nullable(),
      /** Last deaths, ms. */
      oldest: unknowable,
      newest: unknowable,
      /** Highest number of deaths in the origin. */
      deaths: z.number(),
      /** Why these cannot be replayed, `null` when they can. */
      refusal: z.string().nullable(),
    }),
  ),
});
export type DeadLetters = z.infer<typeof deadLettersSchema>;

/** `group: null`: all of them. `limit`: at most so many of the queue's messages are gone through. */
export const replayBodySchema = z.strictObject({
  group: deadGroupSchema.nullable(),
  pace: paceSchema,
});
export type ReplayBody = z.infer<typeof replayBodySchema>;

/** Why a queue cannot be peeked into, `null` when it can. */
export function whyNotPeek(type: string, deliveryLimit: number | null): string | null {
  if (type === 'stream')
    return 'A stream gives no single messages: it is read by its consumers, each at its own place.';
  if (type === 'quorum' && deliveryLimit !== null)
    return `Looking at a message counts as a delivery, and this quorum queue gives a message up after ${deliveryLimit}: looking could lose it.`;
  return null;
}

/** What looking does to the messages, for people. */
export function whatPeekDoes(type: string): string {
  return type === 'quorum'
    ? 'They are taken and put back at once: consumers see them marked as redelivered, and each look counts as a delivery.'
    : 'They are taken and put back at once: consumers see them marked as redelivered.';
}

const REASONS: Record<string, string> = {
  rejected: 'rejected by a consumer',
  expired: 'expired',
  maxlen: 'pushed out because the queue was full',
  delivery_limit: 'given up after too many deliveries',
  [REPUBLISHED]: 'given up by a consumer',
};

/** What a reason of the broker means. */
export function reasonWords(reason: string): string {
  return REASONS[reason] ?? reason;
}

/** The way of a dead letter in sentences, the oldest stop first. Names in them are hostile. */
export function deathStory(deaths: readonly Death[]): { text: string; at: number | null }[] {
  return [...deaths].reverse().map(({ reason, queue, exchange, routingKeys, count, at }) => ({
    text: `${reasonWords(reason)} in ${queue}${count > 1 ? `, ${count} times` : ''}${
      reason === REPUBLISHED && exchange === '' ? '' : `; it had come ${cameBy(exchange, routingKeys)}`
    }`,
    at,
  }));
}

function cameBy(exchange: string, keys: readonly string[]): string {
  const way = exchange === '' ? 'straight' : `by the exchange ${exchange}`;
  return keys.length > 0 ? `${way} with the key ${keys.join(', ')}` : way;
}

import { z } from 'zod';
import { notificationSchema, type Notification } from '../domain/notification';

const deliverySchema = z.object({
  /** Key of the channel. */
  channel: z.string(),
  /** Attempts that failed. */
  attempts: z.number(),
  nextAt: z.number(),
});

/** One notification with the channels that have not taken it yet. Plain JSON; times are ms since the epoch. */
export const outboxEntrySchema = z.object({
  notification: notificationSchema,
  queuedAt: z.number(),
  deliveries: z.array(deliverySchema),
});
export type OutboxEntry = z.infer<typeof outboxEntrySchema>;

/** Undelivered notifications, oldest first. Each channel gets its own in this order. */
export type Outbox = readonly OutboxEntry[];
export type Ref = { id: string; channel: string };

const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 5 * 60_000;
/** A receiver may ask for patience, but not silence a channel for good. */
const MAX_ASKED_WAIT_MS = 15 * 60_000;
export const GIVE_UP_AFTER_MS = 7 * 24 * 3_600_000;
/** A message that the receiver calls unacceptable must not hold up the ones behind it for days. */
const GIVE_UP_REJECTED_AFTER = 5;
/** Keeps the stored state within a few megabytes when a receiver is away in a storm of alerts. */
export const MAX_WAITING_PER_CHANNEL = 1_000;

/** Adds what is to be told. `dropped` are those that no longer fit, the oldest of their channel. */
export function enqueue(
  outbox: Outbox,
  news: readonly { notification: Notification; channels: readonly string[] }[],
  now: number,
): { outbox: Outbox; dropped: { entry: OutboxEntry; channel: string }[] } {
  const added = news
    .filter(({ channels }) => channels.length > 0)
    .map(({ notification, channels }) => ({
      notification,
      queuedAt: now,
      deliveries: channels.map((channel) => ({ channel, attempts: 0, nextAt: now })),
    }));
  let all: Outbox = [...outbox, ...added];
  const dropped: { entry: OutboxEntry; channel: string }[] = [];
  for (const channel of new Set(added.flatMap(({ deliveries }) => deliveries.map((delivery) => delivery.channel)))) {
    const own = waitingFor(all, channel);
    const tooMany = own.slice(0, Math.max(0, own.length - MAX_WAITING_PER_CHANNEL));
    for (const entry of tooMany) dropped.push({ entry, channel });
    const isDropped = new Set(tooMany.map(({ notification }) => notification.id));
    if (isDropped.size > 0) all = without(all, channel, (entry) => isDropped.has(entry.notification.id));
  }
  return { outbox: all, dropped };
}

/** What a channel has not taken yet, oldest first. */
export function waitingFor(outbox: Outbox, channel: string): OutboxEntry[] {
  return outbox.filter(({ deliveries }) => deliveries.some((delivery) => delivery.channel === channel));
}

/** When a channel's next attempt is due; `null` when nothing waits for it. Only the oldest may be sent, so the order holds. */
export function nextAttempt(outbox: Outbox, channel: string): { entry: OutboxEntry; at: number } | null {
  for (const entry of outbox) {
    const delivery = entry.deliveries.find((each) => each.channel === channel);
    if (delivery) return { entry, at: delivery.nextAt };
  }
  return null;
}

/** The next notification of a channel, if its time has come. */
export function due(outbox: Outbox, channel: string, now: number): Notification | null {
  const next = nextAttempt(outbox, channel);
  return next && next.at <= now ? next.entry.notification : null;
}

export function afterSuccess(outbox: Outbox, { id, channel }: Ref): Outbox {
  return without(outbox, channel, ({ notification }) => notification.id === id);
}

/**
 * Waits 1 s, 2 s, 4 s … up to 5 min before the next attempt, or as long as the receiver asked, and gives up after
 * 7 days; after five attempts if the receiver rejects the message itself. `isGivenUp`: it was taken out, undelivered.
 */
export function afterFailure(
  outbox: Outbox,
  { id, channel }: Ref,
  now: number,
  { isRejected = false, retryAfterMs = null as number | null } = {},
): { outbox: Outbox; isGivenUp: boolean } {
  const entry = outbox.find(({ notification }) => notification.id === id);
  const delivery = entry?.deliveries.find((each) => each.channel === channel);
  if (!entry || !delivery) return { outbox, isGivenUp: false };
  const attempts = delivery.attempts + 1;
  if (now - entry.queuedAt >= GIVE_UP_AFTER_MS || (isRejected && attempts >= GIVE_UP_REJECTED_AFTER))
    return { outbox: afterSuccess(outbox, { id, channel }), isGivenUp: true };
  const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(delivery.attempts, 20), MAX_BACKOFF_MS);
  const nextAt = now + Math.max(backoff, Math.min(retryAfterMs ?? 0, MAX_ASKED_WAIT_MS));
  const deliveries = entry.deliveries.map((each) => (each === delivery ? { channel, attempts, nextAt } : each));
  return {
    outbox: outbox.map((candidate) => (candidate === entry ? { ...entry, deliveries } : candidate)),
    isGivenUp: false,
  };
}

/** Takes a channel's part out of the entries that `which` picks; what nobody waits for any more goes. */
function without(outbox: Outbox, channel: string, which: (entry: OutboxEntry) => boolean): Outbox {
  return outbox.flatMap((entry) => {
    if (!which(entry)) return [entry];
    const deliveries = entry.deliveries.filter((delivery) => delivery.channel !== channel);
    return deliveries.length === 0 ? [] : [{ ...entry, deliveries }];
  });
}

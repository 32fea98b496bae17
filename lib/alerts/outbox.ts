import { z } from 'zod';
import { alertSchema } from '../domain/alert';
import type { AlertEvent } from './judge-all';

/** One message to one channel that has not been delivered yet. Plain JSON; times are ms since the epoch. */
export const notificationSchema = z.object({
  /** Idempotency key: the same at every attempt, by whichever collector. */
  id: z.string(),
  channel: z.string(),
  event: z.enum(['alert.fired', 'alert.resolved']),
  alert: alertSchema,
  queuedAt: z.number(),
  /** Attempts that failed. */
  attempts: z.number(),
  nextAt: z.number(),
});
export type Notification = z.infer<typeof notificationSchema>;

/** Undelivered notifications, oldest first. Each channel gets its own in this order. */
export type Outbox = readonly Notification[];

const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 5 * 60_000;
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
/** A message that the receiver calls unacceptable must not hold up the ones behind it for a day. */
const GIVE_UP_REJECTED_AFTER = 5;
/** Keeps the stored state within a few megabytes when a receiver is away in a storm of alerts. */
export const MAX_WAITING_PER_CHANNEL = 2_000;

/** Adds the events for every channel. `dropped` are those that no longer fit, the oldest of their channel. */
export function enqueue(
  outbox: Outbox,
  events: readonly AlertEvent[],
  channels: readonly string[],
  now: number,
): { outbox: Outbox; dropped: Notification[] } {
  if (events.length === 0 || channels.length === 0) return { outbox, dropped: [] };
  const all = [...outbox];
  for (const { type, alert } of events)
    for (const channel of channels)
      all.push({
        id: `${alert.id}.${type}`,
        channel,
        event: `alert.${type}`,
        alert,
        queuedAt: now,
        attempts: 0,
        nextAt: now,
      });
  const dropped = new Set<Notification>();
  for (const channel of channels) {
    const own = all.filter((entry) => entry.channel === channel);
    for (const entry of own.slice(0, Math.max(0, own.length - MAX_WAITING_PER_CHANNEL))) dropped.add(entry);
  }
  return dropped.size === 0
    ? { outbox: all, dropped: [] }
    : { outbox: all.filter((entry) => !dropped.has(entry)), dropped: [...dropped] };
}

/** The next notification of a channel, if its time has come: only the oldest may be sent, so the order holds. */
export function due(outbox: Outbox, channel: string, now: number): Notification | null {
  const head = outbox.find((entry) => entry.channel === channel);
  return head && head.nextAt <= now ? head : null;
}

export function afterSuccess(outbox: Outbox, sent: Pick<Notification, 'id' | 'channel'>): Outbox {
  return outbox.filter((entry) => !isSame(entry, sent));
}

/**
 * Waits 1 s, 2 s, 4 s … up to 5 min before the next attempt, and gives up after 24 h; after five attempts if the
 * receiver rejects the message itself. `isGivenUp`: it was taken out, undelivered.
 */
export function afterFailure(
  outbox: Outbox,
  failed: Pick<Notification, 'id' | 'channel'>,
  now: number,
  isRejected = false,
): { outbox: Outbox; isGivenUp: boolean } {
  const entry = outbox.find((candidate) => isSame(candidate, failed));
  if (!entry) return { outbox, isGivenUp: false };
  const attempts = entry.attempts + 1;
  if (now - entry.queuedAt >= GIVE_UP_AFTER_MS || (isRejected && attempts >= GIVE_UP_REJECTED_AFTER))
    return { outbox: afterSuccess(outbox, entry), isGivenUp: true };
  const nextAt = now + Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(entry.attempts, 20), MAX_BACKOFF_MS);
  return {
    outbox: outbox.map((candidate) => (candidate === entry ? { ...entry, attempts, nextAt } : candidate)),
    isGivenUp: false,
  };
}

function isSame(a: Pick<Notification, 'id' | 'channel'>, b: Pick<Notification, 'id' | 'channel'>): boolean {
  return a.id === b.id && a.channel === b.channel;
}

import type { Notification } from '../domain/notification';
import type { FailureStore } from '../failures/failure-store';
import { toFailureList } from '../failures/to-failures';

/** So much before the incident counts, too: what caused it may have begun earlier. */
const BEFORE_MS = 15 * 60_000;
const PATIENCE_MS = 2_000;

/**
 * Puts the most frequent kind of failure of the incident's queue into what people are told, read from the store when
 * it is sent. What cannot be read in time is left out: news do not wait for it.
 */
export function withTopFailure(
  failures: Pick<FailureStore, 'read'>,
  publicUrl: string,
): (notification: Notification) => Promise<Notification> {
  return async (notification) => {
    const { incident, at, topFailure } = notification;
    const { queueKey, since } = incident;
    if (topFailure !== null || queueKey === null) return notification;
    const [from, to] = [since - BEFORE_MS, (incident.resolvedAt ?? at) + 1];
    const stored = await inTime(failures.read(from, to, Date.now()));
    if (!stored) return notification;
    const { groups } = toFailureList(stored, { from, to, now: to, isWanted: (key) => key === queueKey });
    const all = groups.reduce((sum, { failed, attempts }) => sum + failed + attempts, 0);
    const [top] = groups;
    const count = top ? top.failed + top.attempts : 0;
    if (!top || count === 0) return notification;
    return {
      ...notification,
      topFailure: { title: top.title, count, share: count / all, url: `${publicUrl}/failures/${top.fingerprint}` },
    };
  };
}

async function inTime<T>(question: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  try {
    return await Promise.race([question, patience]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

import { AppError } from '../domain/errors';
import { failureCareSchema, type FailureAction, type FailureCare } from '../domain/failure';
import type { Redis } from '../redis/connection';
import { keys } from '../store/keys';
import { NO_CARE } from './group-state';
import { parseStored } from './stored';

/** Groups that people may have said something of. */
const MAX_CARED = 2_000;

/**
 * Puts down what a person says of a group, and returns what holds now.
 * @throws AppError `conflict` when too many groups have something said of them; others when the store does not answer
 */
export async function applyCare(
  store: Redis,
  fingerprint: string,
  action: FailureAction,
  by: string,
  now: number,
): Promise<FailureCare> {
  const before = parseStored(failureCareSchema, await store.hget(keys.failureCare, fingerprint));
  if (!before && (await store.hlen(keys.failureCare)) >= MAX_CARED)
    throw new AppError(
      'conflict',
      `At most ${MAX_CARED} groups can be muted, resolved or noted. Take some back first.`,
    );
  const after = withAction(before ?? NO_CARE, action, by, now);
  if (after.muted || after.resolved || after.note)
    await store.hset(keys.failureCare, fingerprint, JSON.stringify(after));
  else await store.hdel(keys.failureCare, fingerprint);
  return after;
}

/** Muting and resolving exclude each other: the later holds. */
export function withAction(care: FailureCare, action: FailureAction, by: string, now: number): FailureCare {
  switch (action.action) {
    case 'mute':
      return { ...care, muted: { until: action.until ?? null, by, at: now } };
    case 'unmute':
      return { ...care, muted: null };
    case 'resolve':
      return { ...care, muted: null, resolved: { by, at: now } };
    case 'reopen':
      return { ...care, resolved: null };
    case 'note': {
      const text = action.text.trim();
      return { ...care, note: text === '' ? null : { text, by, at: now } };
    }
  }
}

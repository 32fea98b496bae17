import type { FailureCare, FailureState } from '../domain/failure';

export const DAY_MS = 86_400_000;
/** A group that was not seen for so long is quiet; should it come back, it regressed. */
export const QUIET_MS = 7 * DAY_MS;
/** How long a group counts as new. */
const NEW_MS = DAY_MS;

export const NO_CARE: FailureCare = { muted: null, resolved: null, note: null };

/** When a group was seen (ms). `regressedAt`: when it last came back after a week of quiet. */
export type GroupTimes = { firstSeen: number; lastSeen: number; regressedAt: number | null };

/** How a group stands at `now`. What a person said holds until the failures say otherwise. */
export function stateOf(
  times: GroupTimes,
  care: FailureCare,
  now: number,
): { state: FailureState; since: number | null } {
  const { muted, resolved } = care;
  if (muted && (muted.until === null || muted.until > now)) return { state: 'muted', since: muted.at };
  if (resolved && times.lastSeen <= resolved.at) return { state: 'resolved', since: resolved.at };
  if (now - times.lastSeen >= QUIET_MS) return { state: 'quiet', since: times.lastSeen };
  if (resolved) return { state: 'regressed', since: times.lastSeen };
  if (times.regressedAt !== null && now - times.regressedAt < QUIET_MS)
    return { state: 'regressed', since: times.regressedAt };
  if (now - times.firstSeen < NEW_MS) return { state: 'new', since: times.firstSeen };
  return { state: 'ongoing', since: null };
}

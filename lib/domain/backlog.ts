import type { Counts, Oldest } from './queue';

/**
 * Jobs that could run if a worker were free: waiting + paused + prioritized. Comparable across versions: BullMQ 6 leaves
 * the jobs of a paused queue in `wait`, Bull and BullMQ 5 move them to `paused`; Bull's prioritized jobs are in `wait`.
 * `null` when none of the three is known.
 */
export function backlogOf({ waiting, paused, prioritized }: Counts): number | null {
  if (waiting === null && paused === null && prioritized === null) return null;
  return (waiting ?? 0) + (paused ?? 0) + (prioritized ?? 0);
}

/** How long the first delayed job has been due at `now` (ms), 0 while none is due. Workers move it on when they look. */
export function overdueMs({ delayedDueAt }: Oldest, now: number): number {
  return delayedDueAt === null ? 0 : Math.max(0, now - delayedDueAt);
}

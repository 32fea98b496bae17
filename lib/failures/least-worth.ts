const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A group that was seen so rarely is given up after some minutes of quiet… */
const RARE = 3;
const RARE_AFTER_MS = 10 * MINUTE_MS;
/** …any other only after a month. */
const ANY_AFTER_MS = 30 * DAY_MS;

/**
 * Groups that may make room for others, the least worth first: rare ones that have been quiet for a while, so that a
 * flood of messages that differ each time does not push out what fails again and again.
 */
export function leastWorth(
  groups: readonly { group: string; lastSeen: number; count: number }[],
  now: number,
): string[] {
  return groups
    .filter(({ lastSeen, count }) => now - lastSeen > (count <= RARE ? RARE_AFTER_MS : ANY_AFTER_MS))
    .sort((a, b) => Number(a.count > RARE) - Number(b.count > RARE) || a.lastSeen - b.lastSeen)
    .map(({ group }) => group);
}

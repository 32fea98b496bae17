import { nextOfPattern } from './next-runs';

/** The zone of this process, in which a library of a worker on a machine like this one reckons. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * In which zone a pattern is meant. Without a zone of its own the library takes that of whichever process makes the
 * next job, which nobody outside knows: the stored next time shows whether it may be UTC or this process's.
 */
export function zoneOf(
  { pattern, tz }: { pattern: string | null; tz: string | null },
  nextAt: number | null,
): { name: string; isAssumed: boolean } {
  if (tz !== null && isZone(tz)) return { name: tz, isAssumed: false };
  const own = ownZone();
  if (pattern === null || nextAt === null) return { name: own, isAssumed: pattern !== null };
  const fitting = [own, 'UTC'].find((zone) => {
    try {
      return nextOfPattern(pattern, zone, nextAt - 1) === nextAt;
    } catch {
      return false;
    }
  });
  return { name: fitting ?? own, isAssumed: true };
}

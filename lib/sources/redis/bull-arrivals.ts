import type { RawReading } from './read-counts';
import type { Watched } from './watched';

/**
 * Jobs added to a Bull queue since its last reading. Bull says nothing of jobs added with a delay; its job counter
 * does, less the adds that made no job. Notes the counter in `watched`.
 */
export function arrivalsOf(watched: Watched, { addedEver, counts }: RawReading): number {
  if (addedEver === null) return 0;
  // A queue that came to be while we watched began at zero, if its jobs account for the counter.
  const start = watched.isNew && addedEver <= 1_000 + sumOf(counts) ? 0 : null;
  const before = watched.addedEver ?? start;
  watched.addedEver = addedEver;
  if (before === null || addedEver < before) {
    watched.duplicates = 0;
    return 0;
  }
  const count = addedEver - before - watched.duplicates;
  watched.duplicates = Math.max(0, -count);
  return Math.max(0, count);
}

function sumOf(counts: RawReading['counts']): number {
  return Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

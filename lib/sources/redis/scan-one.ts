import type { Redis } from '../../redis/connection';
import type { JobQuery } from '../../domain/search';
import type { JobState } from '../../domain/queue';
import type { QueueRef } from '../source';
import { membership } from './job-places';
import type { Candidate } from './scan-chunks';

/** The one job that a query can mean, `null` when it can mean several. All terms of a query must hold. */
export function onlyIdOf({ terms }: JobQuery): string | null {
  const term = terms.find(
    ({ field, comparison, isNegated }) => field === 'id' && comparison === 'equals' && !isNegated,
  );
  return term ? String(term.value) : null;
}

/** That job, if it is in the state and, where `until` (ms) is given, had ended by then: O(1), whatever the state holds. */
export async function lookUp(
  redis: Redis,
  queue: QueueRef,
  state: JobState,
  id: string,
  until: number | null,
): Promise<Candidate[]> {
  const [place] = await membership(redis, queue, state, [id]);
  if (!place?.isMember) return [];
  const isFinished = state === 'completed' || state === 'failed';
  if (isFinished && until !== null && (place.score ?? 0) > until) return [];
  return [{ id, score: place.score, isSure: false }];
}

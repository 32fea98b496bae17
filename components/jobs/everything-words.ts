import type { JobState } from '@/lib/domain/queue';
import { formatCount, plural } from '../format/number';
import type { SearchState } from './use-search';

/** All that a list stands for, counted as far as it is known. `search` is `null` for a list without one. */
export function everythingWords(
  state: JobState,
  search: Pick<SearchState, 'hits' | 'status' | 'of' | 'scanned'> | null,
  total: number | null,
): string {
  if (search === null) return total === null ? `all ${state} jobs` : `all ${plural(total, `${state} job`)}`;
  if (search.status === 'done') return `all ${formatCount(search.hits.length)} that match`;
  const looked = search.of === null ? '' : `, ${formatCount(search.scanned)} of ${formatCount(search.of)} looked at`;
  return `all that match (${formatCount(search.hits.length)} so far${looked})`;
}

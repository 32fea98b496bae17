import type { FailureGroup, FailureList } from '@/lib/domain/failure';

/** A kind that is less than this of a queue's failures does not explain them. */
const LEAST_SHARE = 0.4;

/** The kind that most failures of a queue are of, `null` where none stands out. Attempts that are tried again count. */
export function dominantOf(
  { groups }: Pick<FailureList, 'groups'>,
  queueKey: string,
): { group: FailureGroup; count: number; of: number } | null {
  let [best, count, of]: [FailureGroup | null, number, number] = [null, 0, 0];
  for (const group of groups) {
    const share = group.queues.find(({ key }) => key === queueKey);
    const failures = share ? share.failed + share.attempts : 0;
    of += failures;
    if (failures > count) [best, count] = [group, failures];
  }
  return best && count / of >= LEAST_SHARE ? { group: best, count, of } : null;
}

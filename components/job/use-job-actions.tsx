'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import {
  jobActionResultSchema,
  jobsActionResultSchema,
  type JobAction,
  type JobActionResult,
} from '@/lib/domain/action';
import { apiPost } from '../api/client';
import { ApiError, sentenceOf } from '../api/problem';
import { jobPath } from '../format/hrefs';
import { outcomeOf } from './outcome';
import { visibleLine } from '../format/visible-text';

type Request = { action: JobAction; ids: readonly string[] };
const MAX_IDS_NAMED = 8;

/** Does an action on one or more jobs of a queue and says what became of each. */
export function useJobActions(queueKey: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: Request) => perform(queueKey, request),
    onSuccess: (results, { action }) => announce(action, results),
    onError: (error) => toast.error('Nothing was done', { description: sentenceOf(error) }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['jobs', queueKey] }),
        client.invalidateQueries({ queryKey: ['job', queueKey] }),
      ]),
  });
}

async function perform(queueKey: string, { action, ids }: Request): Promise<JobActionResult[]> {
  const [only] = ids;
  if (ids.length !== 1 || only === undefined)
    return (await apiPost(`/queues/${queueKey}/jobs/actions`, { action, ids }, jobsActionResultSchema)).results;
  try {
    return [await apiPost(`${jobPath(queueKey, only)}/actions`, { action }, jobActionResultSchema)];
  } catch (error) {
    // What concerns this job alone is told as its result, as it is among many.
    if (!(error instanceof ApiError) || ![404, 409, 422].includes(error.status)) throw error;
    return [{ id: only, ok: false, state: null, code: error.code, detail: error.message }];
  }
}

function announce(action: JobAction, results: readonly JobActionResult[]): void {
  const { tone, title, reasons } = outcomeOf(action, results);
  const description = reasons.length > 0 && (
    <ul>
      {reasons.map(({ text, ids }) => (
        <li key={text}>
          {ids.length} {visibleLine(text)}: {ids.slice(0, MAX_IDS_NAMED).map(visibleLine).join(', ')}
          {ids.length > MAX_IDS_NAMED && ` and ${ids.length - MAX_IDS_NAMED} more`}
        </li>
      ))}
    </ul>
  );
  toast[tone](title, { ...(description ? { description, duration: 12_000 } : {}) });
}

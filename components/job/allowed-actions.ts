import type { JobAction } from '@/lib/domain/action';
import type { JobState, QueueKind } from '@/lib/domain/queue';

/** Why an action does not fit jobs of a state, `null` when it does. The server decides for each job again. */
export function whyNotInState(action: JobAction, state: JobState, kind: QueueKind): string | null {
  switch (action) {
    case 'retry':
      if (state === 'failed' || (state === 'completed' && kind === 'bullmq')) return null;
      return state === 'completed'
        ? 'Bull retries failed jobs only; “Run again” adds these as new jobs.'
        : `Only jobs that have ended can be retried; these are ${state}.`;
    case 'promote':
      return state === 'delayed' ? null : `Only delayed jobs can be started early; these are ${state}.`;
    case 'remove':
      return state === 'active' ? 'A worker holds these jobs; they cannot be removed while they run.' : null;
    case 'duplicate':
      return null;
  }
}

/** Whether a person is asked first: what is deleted is gone, and what has been done would be done twice. */
export function needsQuestion(action: JobAction, state: JobState): boolean {
  return action === 'remove' || (action === 'retry' && state === 'completed');
}

/** Actions offered first for a state; the others are not worth a button there. */
export function actionsFor(state: JobState, kind: QueueKind): JobAction[] {
  if (state === 'failed') return ['retry', 'duplicate', 'remove'];
  if (state === 'delayed') return ['promote', 'remove'];
  if (state === 'completed') return kind === 'bullmq' ? ['duplicate', 'retry', 'remove'] : ['duplicate', 'remove'];
  return ['remove'];
}

export const ACTION_WORDS: Record<JobAction, { verb: string; done: string; hint: string }> = {
  retry: { verb: 'Retry', done: 'retried', hint: 'Put back into the queue with its attempts counted anew' },
  remove: { verb: 'Remove', done: 'removed', hint: 'Delete for good' },
  promote: { verb: 'Run now', done: 'moved to the queue', hint: 'Do not wait for its time' },
  duplicate: {
    verb: 'Run again',
    done: 'added again as new jobs',
    hint: 'Add a new job with the same name, data and options',
  },
};

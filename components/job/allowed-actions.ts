import type { BulkAction, JobAction } from '@/lib/domain/action';
import { isDeadLetterName } from '@/lib/domain/dead-letter';
import type { JobState, Queue, QueueKind } from '@/lib/domain/queue';

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

/** The same for many jobs: these can be moved to dead letters, and back, as well. */
export function bulkActionsFor(state: JobState, { kind, id }: Pick<Queue, 'kind' | 'id'>): BulkAction[] {
  const actions: BulkAction[] = actionsFor(state, kind);
  if (kind === 'rabbitmq' || state === 'active' || state === 'waiting-children') return actions;
  if (isDeadLetterName(id.name)) return ['bring-back', ...actions];
  return state === 'completed' ? actions : [...actions.slice(0, -1), 'dead-letter', 'remove'];
}

export const ACTION_WORDS: Record<BulkAction, { verb: string; done: string; hint: string }> = {
  retry: { verb: 'Retry', done: 'retried', hint: 'Put back into the queue with its attempts counted anew' },
  remove: { verb: 'Remove', done: 'removed', hint: 'Delete for good' },
  promote: { verb: 'Run now', done: 'moved to the queue', hint: 'Do not wait for its time' },
  duplicate: {
    verb: 'Run again',
    done: 'added again as new jobs',
    hint: 'Add a new job with the same name, data and options',
  },
  'dead-letter': {
    verb: 'Dead-letter…',
    done: 'moved to dead letters',
    hint: 'Move to a queue that nobody works on, with the error; they can be brought back',
  },
  'bring-back': {
    verb: 'Bring back…',
    done: 'brought back',
    hint: 'Put back into the queue that they came from, with name, data and options as they were',
  },
};

import type { JobEventEntry } from '@/lib/domain/job-parts';
import type { JobState } from '@/lib/domain/queue';
import type { Step } from './job-times';

/** What a job is in after an event; events without an entry change nothing. */
const PHASES: Record<string, string> = {
  waiting: 'Waiting',
  active: 'Running',
  delayed: 'Delayed',
  'waiting-children': 'Waits for children',
  completed: 'Completed',
  failed: 'Failed',
  stalled: 'Stalled',
  prioritized: 'Waiting',
};
const PAST: Record<string, string> = {
  Waiting: 'Waited',
  Running: 'Ran',
  Delayed: 'Was delayed',
  'Waits for children': 'Waited for children',
};

/**
 * A job's life from the queue's own events: each step with its time, and how long it took. `null` when the events do
 * not begin with the job, since then a step without a start would be made up.
 */
export function stepsFromEvents(events: readonly JobEventEntry[], state: JobState, now: number): Step[] | null {
  if (events[0]?.event !== 'added') return null;
  const steps: Step[] = [{ name: 'Added', at: events[0].at, ms: null, isRunning: false }];
  let phase = null as Step | null;
  const end = (at: number) => {
    if (!phase) return;
    phase.ms = Math.max(0, at - (phase.at ?? at));
    phase.isRunning = false;
    phase.name = PAST[phase.name] ?? phase.name;
  };
  let runs = 0;
  for (const { at, event } of events.slice(1)) {
    const name = PHASES[event];
    if (name === undefined) continue;
    if (phase?.name === name) continue;
    end(at);
    phase = { name, at, ms: null, isRunning: false };
    if (name === 'Running') {
      runs += 1;
      if (runs > 1) phase.hint = `attempt ${runs}`;
    }
    steps.push(phase);
  }
  if (phase && state !== 'completed' && state !== 'failed') {
    phase.isRunning = true;
    phase.ms = Math.max(0, now - (phase.at ?? now));
  }
  // A phase that took no time at all was only passed through.
  return steps.filter(({ name, ms, isRunning }) => !(name === 'Waited' && ms === 0 && !isRunning) || steps.length < 4);
}

import type { RecentStalls, StallCause } from '../../domain/stall';
import { countWords, numberWords } from '../../domain/words';
import type { Evidence } from '../../domain/verdict';
import type { Condition, Situation } from '../condition';
import { lookAtJobs, lowerFirst } from '../said';

const CAUSE_WORDS: Record<StallCause, string> = {
  'worker-gone': 'worker gone',
  'loop-blocked': 'event loop blocked',
  'broker-slow': 'broker slow',
  'lock-gone': 'cause not known',
};
const ADVICE: Record<StallCause, string> = {
  'worker-gone': 'Find out why the worker ended: a crash, a kill for want of memory, a deploy that does not wait',
  'loop-blocked': 'Look for work that blocks the event loop: a long loop, a synchronous call, a huge JSON text',
  'broker-slow': 'Look for what kept the broker busy: slow commands, swapping, a fork for saving',
  'lock-gone': 'Look for workers that crash, run out of memory or block their event loop',
};
/** A stall that was taken back is told for so long. */
const TOLD_MS = 12_000;

export const deadWorker = condition('dead-worker', ['worker-gone']);
export const loopBlocked = condition('loop-blocked', ['loop-blocked']);
/** Jobs that lost their worker, and it cannot be proved how, or it was the broker's fault. */
export const stalled = condition('stalled', ['lock-gone', 'broker-slow']);

function condition(code: 'dead-worker' | 'loop-blocked' | 'stalled', causes: readonly StallCause[]): Condition {
  return {
    code,
    // A worker that is replaced may be back to take up what it left.
    enterMs: code === 'dead-worker' ? 3_000 : 0,
    // A worker that is blocked by job after job renews its locks in between.
    leaveMs: code === 'loop-blocked' ? 25_000 : 0,
    mayRest: true,
    explainedBy: code === 'stalled' ? ['poison-jobs', 'dead-worker', 'loop-blocked'] : ['poison-jobs', 'no-workers'],
    // Each stall counted was seen, so an incomplete minute proves it just as well.
    holds: (situation) => {
      const { lost, recent } = troubleOf(situation);
      const cause = causeOf(situation);
      if (cause === null || !causes.includes(cause)) return 'no';
      return lost > 0 || recent > 0 ? 'yes' : 'no';
    },
    describe: (situation) => {
      const { queue } = situation;
      const { lost, recent } = troubleOf(situation);
      const { activeTrouble, recentStalls, workers } = queue;
      const worst = activeTrouble?.worst;
      const said =
        lost > 0 && worst
          ? `The worst: ${lowerFirst(worst.sentence)}`
          : recentStalls && `The newest ${lowerFirst(recentStalls.last.sentence)}`;
      const evidence: Evidence[] = [
        ...(lost > 0 ? [{ label: 'Active jobs without a worker', value: numberWords(lost) }] : []),
        {
          label: 'Stalled in the last minute',
          value: numberWords(queue.lastMinute.stalled ?? recent),
          chart: 'stalled',
        },
        ...causeEvidence(recentStalls),
        ...(workers === null ? [] : [{ label: 'Workers connected', value: numberWords(workers) }]),
      ];
      return {
        severity: 'warning',
        sentence: said
          ? `${whatStalled(lost, recent)}. ${said}`
          : `${whatStalled(lost, recent)}: the worker died, or was too busy to renew its lock.`,
        evidence,
        actions: [
          { label: ADVICE[causeOf(situation) ?? 'lock-gone'] },
          lookAtJobs(queue, 'Look at the active jobs', 'active'),
        ],
      };
    },
  };
}

function troubleOf({ queue, recent, now }: Situation): { lost: number; recent: number } {
  return { lost: queue.activeTrouble?.lockGone ?? 0, recent: recent.sumToNow('stalled', now, TOLD_MS) };
}

/** Of what is lost now; else of most stalls lately. */
function causeOf({ queue: { activeTrouble, recentStalls } }: Situation): StallCause | null {
  const worst = activeTrouble?.worst?.verdict;
  if ((activeTrouble?.lockGone ?? 0) > 0 && worst !== undefined && worst in ADVICE) return worst as StallCause;
  const [first] = Object.entries(recentStalls?.causes ?? {}).sort(([, a], [, b]) => b - a);
  return (first?.[0] as StallCause | undefined) ?? 'lock-gone';
}

function whatStalled(lost: number, count: number): string {
  if (lost === 0) return `${countWords(count, 'job')} stalled just now`;
  const active = `${countWords(lost, 'active job')} lost ${lost === 1 ? 'its' : 'their'} worker`;
  return count === 0 ? active : `${active}, ${numberWords(count)} stalled just now`;
}

function causeEvidence(recent: RecentStalls | undefined): Evidence[] {
  return Object.entries(recent?.causes ?? {}).map(([cause, count]) => ({
    label: `Of them, ${CAUSE_WORDS[cause as StallCause]}`,
    value: numberWords(count),
  }));
}

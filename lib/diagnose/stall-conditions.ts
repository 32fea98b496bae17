import type { Queue, Verdict } from '../domain/queue';
import type { RecentStalls, StallCause } from '../domain/stall';
import { countWords, numberWords } from '../domain/words';
import type { Condition } from './condition';

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

/** Jobs that lost their worker: those that a library found, and those that none has found yet. */
export const stalled: Condition = {
  code: 'stalled',
  enterMs: 0,
  leaveMs: 0,
  explainedBy: [],
  // Each stall counted was seen, so an incomplete minute proves it just as well.
  holds: ({ lastMinute, activeTrouble }) => {
    if ((activeTrouble?.lockGone ?? 0) > 0) return 'yes';
    const { quality, stalled: count } = lastMinute;
    if ((quality !== 'exact' && quality !== 'partial') || count === null) return 'unknown';
    if (count > 0) return 'yes';
    return quality === 'exact' ? 'no' : 'unknown';
  },
  describe: ({ lastMinute, workers, activeTrouble, recentStalls }) => {
    const lost = activeTrouble?.lockGone ?? 0;
    const count = lastMinute.stalled ?? 0;
    const worst = activeTrouble?.worst;
    const said =
      lost > 0 && worst
        ? `The worst: ${lowerFirst(worst.sentence)}`
        : recentStalls && `The newest ${lowerFirst(recentStalls.last.sentence)}`;
    const cause =
      lost > 0 && worst && worst.verdict in ADVICE ? (worst.verdict as StallCause) : mostOften(recentStalls);
    return {
      severity: 'warning',
      sentence: said
        ? `${whatStalled(lost, count)}. ${said}`
        : `${whatStalled(lost, count)}: the worker died, or was too busy to renew its lock.`,
      evidence: [
        ...(lost > 0 ? [{ label: 'Active jobs without a lock', value: numberWords(lost) }] : []),
        { label: 'Stalled in the last minute', value: numberWords(count) },
        ...causesOf(recentStalls),
        ...(workers === null ? [] : [{ label: 'Workers connected', value: numberWords(workers) }]),
      ],
      actions: [{ label: ADVICE[cause ?? 'lock-gone'] }],
    };
  },
};

/** Held and alive, but far beyond what is usual. */
export const runningLong: Condition = {
  code: 'running-long',
  enterMs: 15_000,
  leaveMs: 0,
  explainedBy: [],
  holds: ({ activeTrouble }) => ((activeTrouble?.long ?? 0) > 0 ? 'yes' : 'no'),
  describe: ({ activeTrouble }) => {
    const long = activeTrouble?.long ?? 0;
    const worst = activeTrouble?.worst?.verdict === 'long' ? activeTrouble.worst : null;
    return {
      severity: 'info',
      sentence: `${countWords(long, 'active job')} ${long === 1 ? 'runs' : 'run'} far longer than usual.${worst ? ` The longest ${lowerFirst(worst.sentence)}` : ''}`,
      evidence: [{ label: 'Active jobs that run far longer than usual', value: numberWords(long) }],
      actions: [{ label: 'Look at the job: it may wait for something that does not answer' }],
    };
  },
};

function whatStalled(lost: number, stalledCount: number): string {
  if (lost === 0) return `${countWords(stalledCount, 'job')} stalled in the last minute`;
  const active = `${countWords(lost, 'active job')} lost ${lost === 1 ? 'its' : 'their'} lock`;
  return stalledCount === 0 ? active : `${active}, ${numberWords(stalledCount)} stalled in the last minute`;
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function causesOf(recent: RecentStalls | undefined): Verdict['evidence'] {
  return Object.entries(recent?.causes ?? {}).map(([cause, count]) => ({
    label: `Of them, ${CAUSE_WORDS[cause as StallCause]}`,
    value: numberWords(count),
  }));
}

function mostOften(recent: Queue['recentStalls']): StallCause | null {
  const [first] = Object.entries(recent?.causes ?? {}).sort(([, a], [, b]) => b - a);
  return (first?.[0] as StallCause | undefined) ?? null;
}

import type { BulkResult, JobEnd } from '../sources/bulk-jobs';
import { AppError } from '../domain/errors';
import { hasEnded, type Operation, type OperationWish } from '../domain/operation';
import { withReason, type OperationRecord } from './record';

/** Longest step at a bounded pace, in ms: so often a wish is looked at. */
const STEP_MS = 200;
/** Jobs of one step where each takes a script of its own. */
export const MAX_STEP = 500;

/** Jobs that the next step takes: at a bounded pace as many as fit into a fifth of a second. */
export function stepSize(pace: number | null, most = MAX_STEP): number {
  return pace === null ? most : Math.max(1, Math.min(most, Math.round((pace * STEP_MS) / 1_000)));
}

/** How long to wait after a step of `jobs` that began at `startedAt`, so that the pace is kept. ms. */
export function pauseAfter(pace: number | null, jobs: number, startedAt: number, now: number): number {
  return pace === null ? 0 : Math.max(0, startedAt + (jobs * 1_000) / pace - now);
}

/** Whether `wish` can be granted. @throws AppError `conflict` with the reason when not */
export function assertPossible(operation: Operation, wish: OperationWish): void {
  const { state } = operation;
  const isPossible = {
    pause: state === 'running',
    resume: state === 'paused',
    stop: !hasEnded(operation),
    undo: operation.canUndo && !hasEnded(operation),
  }[wish];
  if (isPossible) return;
  const why =
    wish === 'undo' && !hasEnded(operation)
      ? 'It cannot be undone (any more): its jobs are being removed from the broker.'
      : `It is ${state === 'done' ? 'done' : state} already.`;
  throw new AppError('conflict', why);
}

/** The operation after a wish was granted; unhiding is the runner's. `now` in ms. */
export function granted(record: OperationRecord, wish: OperationWish, now: number): OperationRecord {
  const { operation } = record;
  const set = (change: Partial<Operation>): OperationRecord => ({
    ...record,
    operation: { ...operation, wish: null, rate: null, updatedAt: now, ...change },
  });
  switch (wish) {
    case 'pause':
      return operation.state === 'running' ? set({ state: 'paused', note: null }) : set({});
    case 'resume':
      // A canary that failed is not run again: the person has decided.
      return operation.state !== 'paused'
        ? set({})
        : set({ state: 'running', note: null, phase: hasFailedCanary(operation) ? 'work' : operation.phase });
    case 'stop':
    case 'undo':
      if (hasEnded(operation)) return set({});
      return set({ state: operation.canUndo ? 'undone' : 'stopped', endedAt: now, canUndo: false, dueAt: null });
  }
}

function hasFailedCanary({ phase, canary }: Operation): boolean {
  return phase === 'canary' && canary?.outcome === 'failed';
}

/**
 * Counts what became of a step's jobs. After a crash (`isRepeat`) a job of the step that has left its state counts as
 * done: the step that was cut off did it.
 * @returns the record without the step, and lines of those that were not done
 */
export function accounted(
  record: OperationRecord,
  results: readonly BulkResult[],
  isRepeat: boolean,
): { record: OperationRecord; lines: { id: string; text: string }[] } {
  let { reasons } = record;
  const counts = { ...record.operation.counts };
  const lines: { id: string; text: string }[] = [];
  for (const { id, outcome, text } of results) {
    if (outcome === 'done' || (outcome === 'skipped' && isRepeat)) counts.done += 1;
    else {
      counts[outcome] += 1;
      reasons = withReason(reasons, text ?? outcome, outcome);
      lines.push({ id, text: text ?? outcome });
    }
  }
  return { record: { ...record, chunk: [], reasons, operation: { ...record.operation, counts } }, lines };
}

/** At the end: jobs of the set that had left it before their turn came count as left alone. */
export function withRest(record: OperationRecord): OperationRecord {
  const { counts } = record.operation;
  const seen = counts.done + counts.failed + counts.skipped;
  const gone = Math.max(0, (counts.of ?? 0) - seen);
  return {
    ...record,
    reasons: gone === 0 ? record.reasons : withReason(record.reasons, 'gone before their turn came', 'skipped', gone),
    operation: { ...record.operation, counts: { ...counts, of: seen + gone, skipped: counts.skipped + gone } },
  };
}

/** How the first jobs have fared. `failed` as soon as the share of successes cannot be reached any more. */
export function judgeCanary(operation: Operation, ends: readonly JobEnd[], waitedMs: number): Operation {
  const { canary } = operation;
  if (!canary) return operation;
  const of = (end: JobEnd) => ends.filter((one) => one === end).length;
  const tally = { succeeded: of('succeeded'), failed: of('failed'), unknown: of('unknown'), pending: of('pending') };
  const judged = ends.length - tally.unknown;
  const needed = Math.ceil(canary.minSuccess * judged);
  const isOver = tally.pending === 0 || waitedMs >= canary.timeoutMs || judged - tally.failed < needed;
  if (!isOver) return { ...operation, canary: { ...canary, ...tally, outcome: 'waiting' } };
  // Nobody saw one of them end: that is no proof.
  const isProven = judged > 0 || ends.length === 0;
  if (isProven && tally.succeeded >= needed)
    return { ...operation, phase: 'work', canary: { ...canary, ...tally, outcome: 'passed' } };
  const parts = [
    `${tally.succeeded} of the first ${ends.length} succeeded`,
    ...(tally.failed > 0 ? [`${tally.failed} failed`] : []),
    ...(tally.pending > 0 ? [`${tally.pending} had not finished in ${Math.round(waitedMs / 1_000)} s`] : []),
    ...(tally.unknown > 0 ? [`${tally.unknown} were gone before their end could be seen`] : []),
  ];
  return {
    ...operation,
    state: 'paused',
    rate: null,
    canary: { ...canary, ...tally, outcome: 'failed' },
    note: `${parts.join(', ')}; ${Math.round(canary.minSuccess * 100)} % were asked for. Resume to go on all the same, or stop.`,
  };
}

/** How an operation ended, for the audit log. */
export function summary({ action, counts, state, note }: Operation): string {
  const parts = [
    `${counts.done} ${WORDS[action]}`,
    ...(counts.failed > 0 ? [`${counts.failed} not done`] : []),
    ...(counts.skipped > 0 ? [`${counts.skipped} left alone`] : []),
  ];
  return `${state}: ${parts.join(', ')}${counts.of === null ? '' : ` of ${counts.of}`}${note === null ? '' : `; ${note}`}`;
}

const WORDS = {
  retry: 'retried',
  remove: 'removed',
  promote: 'promoted',
  duplicate: 'added again',
  clean: 'removed',
  drain: 'removed',
  obliterate: 'removed',
  replay: 'replayed',
  'dead-letter': 'moved to dead letters',
  'bring-back': 'brought back',
} as const;

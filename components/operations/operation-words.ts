import { clearingWords } from '@/lib/domain/clearing-words';
import { reasonWords, type DeadGroup } from '@/lib/domain/message';
import { hasEnded, type Operation, type OperationAction, type OperationTarget } from '@/lib/domain/operation';
import { formatCount, plural } from '../format/number';
import { formatDuration } from '../format/duration';

type Words = { verb: string; doing: string; done: string };

export const WORDS: Record<OperationAction, Words> = {
  retry: { verb: 'Retry', doing: 'Retrying', done: 'retried' },
  remove: { verb: 'Remove', doing: 'Removing', done: 'removed' },
  promote: { verb: 'Run now', doing: 'Promoting', done: 'promoted' },
  duplicate: { verb: 'Run again', doing: 'Adding again', done: 'added again' },
  clean: { verb: 'Clean', doing: 'Cleaning', done: 'removed' },
  drain: { verb: 'Drain', doing: 'Draining', done: 'removed' },
  obliterate: { verb: 'Obliterate', doing: 'Obliterating', done: 'removed' },
  'dead-letter': { verb: 'Dead-letter', doing: 'Moving to dead letters', done: 'moved to dead letters' },
  'bring-back': { verb: 'Bring back', doing: 'Bringing back', done: 'brought back' },
  replay: { verb: 'Replay', doing: 'Replaying', done: 'replayed' },
};

/** `12 failed jobs`, `all failed jobs`, `failed jobs that match name:x`. */
export function whatIsMeant(target: OperationTarget | Operation['target']): string {
  if (target.by === 'clearing') return clearingWords(target.clearing);
  if (target.by === 'dead-letters') return deadLettersMeant(target.group);
  if (target.by === 'ids') return plural('ids' in target ? target.ids.length : target.count, `${target.state} job`);
  return target.query.trim() === ''
    ? `all ${target.state} jobs`
    : `${target.state} jobs that match ${target.query.trim()}`;
}

function deadLettersMeant(group: DeadGroup | null): string {
  if (group === null) return 'all dead letters';
  return `dead letters ${group.reason === null ? '' : reasonWords(group.reason)}${group.origin === null ? '' : ` in ${group.origin}`}`;
}

/** How far it is, 0–1; `null` while nothing is known to measure by. */
export function progressOf({ counts, phase, state }: Operation): number | null {
  const seen = counts.done + counts.failed + counts.skipped;
  if (state === 'done') return 1;
  if (phase !== 'hide' && phase !== 'freeze' && counts.of !== null) return counts.of === 0 ? 1 : seen / counts.of;
  if (counts.toScan !== null && counts.toScan > 0) return Math.min(1, counts.scanned / counts.toScan);
  return null;
}

/** One line: how far, how fast, how long still. */
export function progressWords(operation: Operation, now: number): string {
  const { counts, state, phase, rate, canary, dueAt, wish } = operation;
  const done = formatCount(counts.done);
  const failed = counts.failed > 0 ? `, ${formatCount(counts.failed)} not done` : '';
  if (state === 'deferred')
    return `${plural(counts.hidden, 'job')} out of sight, removed in ${formatDuration(Math.max(0, Math.round(((dueAt ?? now) - now) / 1_000)) * 1_000)}`;
  if (state === 'undone') return 'Undone: all jobs are back';
  if (hasEnded(operation)) {
    const skipped = counts.skipped > 0 ? `, ${formatCount(counts.skipped)} left alone` : '';
    return `${done} ${WORDS[operation.action].done}${failed}${skipped}`;
  }
  if (wish === 'pause') return 'Pausing…';
  if (wish === 'stop' || wish === 'undo') return 'Stopping…';
  if (phase === 'freeze' || phase === 'hide')
    return `Looking for what is meant: ${formatCount(counts.scanned)} of ${formatCount(counts.toScan)}`;
  const of = counts.of === null ? '' : ` of ${formatCount(counts.of)}`;
  if (phase === 'canary' && canary)
    return canary.outcome === 'waiting'
      ? `First ${plural(canary.size, 'job')}: ${canary.succeeded} succeeded, ${canary.failed} failed, ${canary.pending} under way`
      : `Starting the first ${plural(canary.size, 'job')}`;
  if (operation.runner === null && state === 'running') return 'Waits for its turn';
  if (state === 'paused') return `Paused at ${done}${of}${failed}`;
  const left = rate && counts.of !== null ? (counts.of - counts.done - counts.failed - counts.skipped) / rate : null;
  const speed = rate === null ? '' : ` · ${formatCount(rate)}/s`;
  const rest = left === null || left < 1 ? '' : ` · ${formatDuration(Math.round(left) * 1_000)} left`;
  const scan =
    counts.of === null && counts.toScan
      ? ` · ${formatCount(counts.scanned)} of ${formatCount(counts.toScan)} looked at`
      : '';
  return `${done}${of}${failed}${speed}${rest}${scan}`;
}

export const STATE_WORDS: Record<Operation['state'], string> = {
  running: 'running',
  paused: 'paused',
  deferred: 'can be undone',
  done: 'done',
  stopped: 'stopped',
  undone: 'undone',
  failed: 'failed',
};

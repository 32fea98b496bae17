import { formatCount, plural } from '../format/number';
import { JobLine } from '../ui/job-text';
import type { Cleared } from './use-clearing';

const WORDS = { running: 'going on', done: 'done', stopped: 'stopped', failed: 'failed' } as const;

/** How far a clearing is, queue by queue. */
export function ClearProgress({
  cleared,
  queues,
  isRunning,
}: {
  cleared: readonly Cleared[];
  queues: number;
  isRunning: boolean;
}) {
  const removed = cleared.reduce((sum, one) => sum + one.removed, 0);
  const current = cleared.at(-1);
  const share =
    current?.left == null || !isRunning ? null : current.removed / Math.max(1, current.removed + current.left);
  return (
    <div className="flex flex-col gap-2 pb-2">
      <p role="status">
        <strong className="text-lg font-semibold">{formatCount(removed)}</strong>{' '}
        <span className="text-ink-2">
          {removed === 1 ? 'job' : 'jobs'} removed{isRunning ? ' so far' : ''}
        </span>
      </p>
      {share !== null && (
        <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-line">
          <div className="h-full bg-accent" style={{ width: `${Math.min(100, share * 100).toFixed(1)}%` }} />
        </div>
      )}
      {isRunning && (
        <p className="text-xs text-ink-3">
          Closing this dialog or leaving the screen stops it after the part that runs.
        </p>
      )}
      <ul className="divide-y divide-line text-sm">
        {cleared.map(({ queue, removed: count, left, state, error }) => (
          <li key={queue.key} className="py-1.5">
            <span className="flex items-baseline gap-3">
              <JobLine className="min-w-0 flex-1 truncate">{queue.id.name}</JobLine>
              <span className={state === 'failed' ? 'text-crit' : state === 'stopped' ? 'text-warn' : 'text-ink-2'}>
                {formatCount(count)} removed, {WORDS[state]}
                {state !== 'done' && left !== null && `, about ${formatCount(left)} left`}
              </span>
            </span>
            {error !== null && <span className="block text-xs text-crit">{error}</span>}
          </li>
        ))}
        {queues > cleared.length && (
          <li className="py-1.5 text-xs text-ink-3">
            {plural(queues - cleared.length, 'queue')} {isRunning ? 'to come' : 'not begun'}
          </li>
        )}
      </ul>
    </div>
  );
}

import type { Clearing, ClearingPreview } from '@/lib/domain/control';
import type { Queue } from '@/lib/domain/queue';
import { plural } from '../format/number';

type Props = { what: Clearing['what']; preview: ClearingPreview; queues: readonly Queue[] };

/** What one would be surprised by afterwards. */
export function ClearWarnings({ what, preview, queues }: Props) {
  const { isAtMost, keptForSchedulers, schedulers, parents, active, refusal } = preview;
  const workers = queues.reduce((sum, queue) => sum + (queue.workers ?? 0), 0);
  const lines = [
    refusal,
    isAtMost &&
      'Their age is looked at on the way. In a list the old end is gone through, and it ends where only younger jobs are found.',
    keptForSchedulers > 0 &&
      `${plural(keptForSchedulers, 'next job')} of schedulers ${keptForSchedulers === 1 ? 'stays' : 'stay'}: without it a scheduler never runs again.`,
    what === 'obliterate' &&
      schedulers > 0 &&
      `${plural(schedulers, 'scheduler')} ${schedulers === 1 ? 'goes' : 'go'} too.`,
    what === 'obliterate' &&
      workers > 0 &&
      `${plural(workers, 'worker')} ${workers === 1 ? 'is' : 'are'} connected: stop ${workers === 1 ? 'it' : 'them'} first, or the queue comes back.`,
    (parents ?? 0) > 0 &&
      `${plural(parents ?? 0, 'parent')} ${parents === 1 ? 'waits' : 'wait'} for ${parents === 1 ? 'its' : 'their'} children. BullMQ takes a parent of this queue along with its last child, and starts one of another queue when its last child goes here.${what === 'obliterate' ? ' Parents whose children lie in other queues stay behind without their queue: it does not look at them.' : ''}`,
    what === 'drain' &&
      (active ?? 0) > 0 &&
      `${plural(active ?? 0, 'job')} being worked on ${active === 1 ? 'stays' : 'stay'}.`,
  ].filter((line) => typeof line === 'string');
  if (lines.length === 0) return null;
  return (
    <ul className="mt-1.5 flex flex-col gap-1 text-xs text-ink-2">
      {lines.map((line) => (
        <li key={line} className={line === refusal ? 'text-crit' : undefined}>
          {line}
        </li>
      ))}
    </ul>
  );
}

import { Ban, CircleDashed, Clock, TriangleAlert, Unplug, type LucideIcon } from 'lucide-react';
import type { SchedulerStatus } from '@/lib/domain/scheduler';

const MARKS = {
  waiting: { Icon: Clock, words: 'waits for its time', tone: 'text-ink-3' },
  due: { Icon: CircleDashed, words: 'due now', tone: 'text-accent' },
  late: { Icon: TriangleAlert, words: 'did not fire', tone: 'text-warn' },
  broken: { Icon: Unplug, words: 'has no next job', tone: 'text-crit' },
  ended: { Icon: Ban, words: 'has ended', tone: 'text-ink-3' },
} as const satisfies Record<SchedulerStatus, { Icon: LucideIcon; words: string; tone: string }>;

/** How a scheduler stands, in a sign; in words for those who cannot see it, and on hover. */
export function StatusMark({ status }: { status: SchedulerStatus }) {
  const { Icon, words, tone } = MARKS[status];
  return (
    <span title={words} className={tone}>
      <Icon size={14} aria-hidden />
      <span className="sr-only">{words}</span>
    </span>
  );
}

export function statusWords(status: SchedulerStatus): string {
  return MARKS[status].words;
}

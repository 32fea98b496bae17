import type { Scheduler } from '@/lib/domain/scheduler';

/** Whether all words of `filter` stand in what names a scheduler; its status counts too (`late`, `broken`). */
export function matchesScheduler({ name, id, queue, words, schedule, status }: Scheduler, filter: string): boolean {
  const text = [name, id, queue.name, words, schedule.pattern ?? '', schedule.tz ?? '', status]
    .join('\n')
    .toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

'use client';
import { CalendarClock } from 'lucide-react';
import { useState } from 'react';
import type { Scheduler } from '@/lib/domain/scheduler';
import { sentenceOf } from '../api/problem';
import { formatCount } from '../format/number';
import { isPageFocused } from '../shell/is-page-focused';
import { useHotkeys } from '../shell/use-hotkeys';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { SkeletonRows } from '../ui/skeleton';
import { SchedulerCards } from './scheduler-cards';
import { SchedulerTable } from './scheduler-table';
import { matchesScheduler } from './match-scheduler';
import type { useSchedulers } from './use-schedulers';

type Props = {
  list: ReturnType<typeof useSchedulers>;
  filter: string;
  withQueue: boolean;
  openId: string | null;
  onOpen(scheduler: Scheduler): void;
};

/** Schedulers as far as they are loaded, with the way to more; or why there are none. */
export function SchedulerList({ list, filter, withQueue, openId, onOpen }: Props) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = list;
  const [cursor, setCursor] = useState(-1);
  const all = data?.pages.flatMap(({ schedulers }) => schedulers) ?? [];
  const shown = all.filter((scheduler) => matchesScheduler(scheduler, filter));
  const total = data?.pages[0]?.total ?? 0;
  const unread = data?.pages[0]?.unread ?? [];
  useHotkeys({
    j: () => setCursor((at) => Math.min(at + 1, shown.length - 1)),
    k: () => setCursor((at) => Math.max(at - 1, 0)),
    Enter: () => {
      const scheduler = shown[cursor];
      if (scheduler && isPageFocused()) onOpen(scheduler);
    },
  });
  return (
    <>
      {unread.map(({ source, reason }) => (
        <p key={source} className="text-xs text-warn">
          Schedulers of “{source}” are missing here: {reason}
        </p>
      ))}
      {error && data && <p className="text-xs text-warn">The list stands still: {sentenceOf(error)}</p>}
      <div className="panel overflow-hidden">
        {error && !data && (
          <Empty title="The schedulers cannot be read">
            <p className="mb-3">{sentenceOf(error)}</p>
            <Button onClick={() => void refetch()}>Try again</Button>
          </Empty>
        )}
        {!data && !error && <SkeletonRows />}
        {data && total === 0 && (
          <Empty icon={<CalendarClock size={22} />} title="Nothing runs by the clock here">
            Repeatable jobs of Bull and job schedulers of BullMQ appear here by themselves, wherever they were made.
          </Empty>
        )}
        {data && total > 0 && shown.length === 0 && (
          <Empty title="No scheduler fits the filter">
            {hasNextPage ? `Only ${formatCount(all.length)} of ${formatCount(total)} are loaded.` : null}
          </Empty>
        )}
        {shown.length > 0 && (
          <>
            <SchedulerTable schedulers={shown} withQueue={withQueue} openId={openId} cursor={cursor} onOpen={onOpen} />
            <SchedulerCards schedulers={shown} onOpen={onOpen} />
          </>
        )}
        {hasNextPage && (
          <div className="flex items-center justify-center gap-3 border-t border-line p-2 text-xs text-ink-3">
            {formatCount(all.length)} of {formatCount(total)}
            <Button size="sm" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {isFetchingNextPage ? 'Loading…' : 'Show more'}
            </Button>
          </div>
        )}
      </div>
    </>
  );
}

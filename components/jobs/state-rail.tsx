'use client';
import Link from 'next/link';
import { useEffect, useRef } from 'react';
import { COUNT_KEYS, JOB_STATES, type JobState, type Queue } from '@/lib/domain/queue';
import { formatCompact, formatCount } from '../format/number';
import { jobsHref } from '../format/hrefs';
import { stateColor } from '../queue/state-strip';
import { cn } from '../ui/cn';

type Props = { queue: Queue; current: JobState; q: string; isStale: boolean };

/** The states of a queue with their counts; a column, a row of tabs on narrow screens. A search goes along. */
export function StateRail({ queue, current, q, isStale }: Props) {
  const states = JOB_STATES.filter((state) => queue.counts[COUNT_KEYS[state]] !== null || state === current);
  const list = useRef<HTMLUListElement>(null);
  // On a narrow screen the tabs scroll sideways: the current one must be in view.
  useEffect(() => {
    void list.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [current]);
  return (
    <nav aria-label="States" className="shrink-0 max-lg:-mx-3 max-lg:overflow-x-auto max-lg:px-3 lg:w-44">
      <ul ref={list} className={cn('flex gap-0.5 lg:flex-col', isStale && 'stale')}>
        {states.map((state) => {
          const count = queue.counts[COUNT_KEYS[state]];
          return (
            <li key={state}>
              <Link
                href={jobsHref(queue.key, { state, q })}
                aria-current={state === current ? 'page' : undefined}
                className={cn(
                  'flex h-8 items-center gap-2 rounded-md px-2.5 text-sm whitespace-nowrap',
                  state === current
                    ? 'bg-accent-soft font-medium text-accent'
                    : 'text-ink-2 hover:bg-hover hover:text-ink',
                )}
              >
                <span aria-hidden className="size-2 shrink-0 rounded-[2px]" style={{ background: stateColor(state) }} />
                {state}
                <span title={formatCount(count)} className={cn('ml-auto pl-2', state !== current && 'text-ink-3')}>
                  {formatCompact(count)}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

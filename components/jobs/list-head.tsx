'use client';
import type { ReactNode } from 'react';
import type { JobState } from '@/lib/domain/queue';
import { Segmented } from '../ui/segmented';
import { STATES_BY_TIME } from './time-of';
import { TimeJump } from './time-jump';
import type { Order } from './use-jobs';

type Props = {
  state: JobState;
  order: Order;
  at: number | null;
  isSearch: boolean;
  /** Counts, progress of a search, notes. */
  children: ReactNode;
  /** Stands beside the order. */
  extra?: ReactNode;
  onOrder(order: Order): void;
  onJump(at: number): void;
};

/** The line under the search: what the rows are, and in which order. */
export function ListHead({ state, order, at, isSearch, children, extra, onOrder, onJump }: Props) {
  return (
    <div className="relative flex h-8 items-center gap-2 border-b border-line px-3 text-xs text-ink-3 max-sm:h-auto max-sm:flex-wrap max-sm:py-1">
      <h2 className="shrink-0 text-xs first-letter:uppercase max-sm:flex-1">{state}</h2>
      <div className="flex min-h-6 min-w-0 flex-1 items-center gap-2 overflow-hidden whitespace-nowrap max-sm:order-last max-sm:basis-full">
        {children}
      </div>
      {!isSearch && STATES_BY_TIME.has(state) && <TimeJump at={at} onJump={onJump} />}
      {extra}
      <Segmented
        label="Order"
        value={order}
        options={[
          { value: 'newest', label: 'Newest' },
          { value: 'oldest', label: 'Oldest' },
        ]}
        onChange={onOrder}
      />
    </div>
  );
}

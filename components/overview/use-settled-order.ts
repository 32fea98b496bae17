'use client';
import { useEffect, useEffectEvent, useState } from 'react';
import type { Queue } from '@/lib/domain/queue';
import { matchQueues } from './match-queues';
import type { FiringByKey } from './queue-status';
import { parseSort, sortQueues } from './sort-queues';

const SETTLE_MS = 4000;

type Options = {
  queues: readonly Queue[];
  byKey: ReadonlyMap<string, Queue>;
  sort: string;
  text: string;
  firing: FiringByKey;
  /** Nothing may move now: the pointer is over the table. */
  isHeld(): boolean;
};

/**
 * Rows in an order that holds still: it is made anew when the sort or the filter changes, else every few seconds and
 * never while held. `waiting` counts queues that came up since and have no row yet.
 */
export function useSettledOrder({ queues, byKey, sort, text, firing, isHeld }: Options): {
  rows: Queue[];
  waiting: number;
  settle(): void;
} {
  const id = `${sort}\n${text}\n${queues.length > 0}`;
  const order = () => ({
    id,
    keys: sortQueues(matchQueues(queues, text), parseSort(sort), firing).map(({ key }) => key),
  });
  const [settled, setSettled] = useState({ id: '', keys: [] as string[] });
  const current = settled.id === id ? settled : order();
  if (current !== settled) setSettled(current);

  const settleWhenFree = useEffectEvent(() => {
    if (!isHeld()) setSettled(order());
  });
  useEffect(() => {
    const timer = setInterval(settleWhenFree, SETTLE_MS);
    return () => clearInterval(timer);
  }, []);

  const placed = new Set(current.keys);
  return {
    rows: current.keys.flatMap((key) => byKey.get(key) ?? []),
    waiting: matchQueues(queues, text).reduce((count, { key }) => count + (placed.has(key) ? 0 : 1), 0),
    settle: () => setSettled(order()),
  };
}

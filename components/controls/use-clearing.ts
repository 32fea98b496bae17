'use client';
import { useEffect, useRef, useState } from 'react';
import { clearingAnswerSchema, type Clearing, type ClearingAnswer } from '@/lib/domain/control';
import type { Queue } from '@/lib/domain/queue';
import { apiPost } from '../api/client';
import { sentenceOf } from '../api/problem';

/** How it went for one queue. `left`: jobs not taken yet, as far as that is known. */
export type Cleared = {
  queue: Queue;
  removed: number;
  left: number | null;
  state: 'running' | 'done' | 'stopped' | 'failed';
  error: string | null;
};

/**
 * Clears queues one after the other, part by part, until all is done or somebody stops it: between two parts, so that
 * what was begun is whole. Leaving the screen stops it too.
 */
export function useClearing() {
  const [cleared, setCleared] = useState<Cleared[]>([]);
  const [isRunning, setRunning] = useState(false);
  const isStopped = useRef(false);
  useEffect(
    () => () => {
      isStopped.current = true;
    },
    [],
  );

  const run = async (queues: readonly Queue[], clearing: Clearing) => {
    isStopped.current = false;
    setRunning(true);
    const results: Cleared[] = [];
    for (const queue of queues) {
      if (isStopped.current) break;
      const one: Cleared = { queue, removed: 0, left: null, state: 'running', error: null };
      results.push(one);
      await clearOne(one, clearing, isStopped, () => setCleared(results.map((each) => ({ ...each }))));
    }
    setCleared(results.map((each) => ({ ...each })));
    setRunning(false);
  };
  const stop = () => {
    isStopped.current = true;
  };
  return { cleared, isRunning, run, stop };
}

async function clearOne(
  one: Cleared,
  clearing: Clearing,
  isStopped: { current: boolean },
  onProgress: () => void,
): Promise<void> {
  onProgress();
  let next: { until: number; cursor: string } | null = null;
  try {
    do {
      const answer: ClearingAnswer = await apiPost(
        `/queues/${one.queue.key}/clearing`,
        { clearing, confirm: one.queue.id.name, ...next },
        clearingAnswerSchema,
      );
      one.removed += answer.removed;
      one.left = answer.left;
      next = answer.cursor === null ? null : { until: answer.until, cursor: answer.cursor };
      onProgress();
    } while (next !== null && !isStopped.current);
    one.state = next === null ? 'done' : 'stopped';
  } catch (error) {
    one.state = 'failed';
    one.error = sentenceOf(error);
  }
}

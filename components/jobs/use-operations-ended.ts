'use client';
import { useEffect, useRef } from 'react';
import { useLive } from '../live/live-provider';

/** Calls when an operation on many jobs of the queue has ended, or has hidden what it will remove. */
export function useOperationsEnded(queueKey: string, onEnded: () => void): void {
  const operations = useLive((live) => live.operations);
  const seen = useRef<string | null>(null);
  const latest = useRef(onEnded);
  useEffect(() => {
    latest.current = onEnded;
  });
  useEffect(() => {
    const states = [...operations.values()]
      .filter((operation) => operation.queueKey === queueKey && !['running', 'paused'].includes(operation.state))
      .map(({ id, state }) => `${id} ${state}`)
      .join();
    if (seen.current !== null && seen.current !== states) latest.current();
    seen.current = states;
  }, [operations, queueKey]);
}

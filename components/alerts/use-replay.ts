'use client';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { AlertRule } from '@/lib/domain/alert-rule';
import { replaySchema, type Replay, type ReplayedQueue } from '@/lib/domain/replay';
import { apiPost } from '../api/client';
import { sentenceOf } from '../api/problem';

export type ReplayState = {
  rule: AlertRule;
  isRunning: boolean;
  /** The newest page, for its range and words. */
  page: Replay | null;
  /** Those that would have fired, the most first. */
  queues: ReplayedQueue[];
  error: string | null;
};

/** Replays a rule page by page, and can be stopped by another start or by going away. */
export function useReplay() {
  const [state, setState] = useState<ReplayState | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = async (rule: AlertRule): Promise<void> => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    let queues: ReplayedQueue[] = [];
    let page: Replay | null = null;
    let skip: number | null = 0;
    setState({ rule, isRunning: true, page, queues, error: null });
    try {
      while (skip !== null) {
        const next: Replay = await apiPost('/alerts/replay', { rule, skip }, replaySchema, {
          signal: controller.signal,
        });
        if (controller.signal.aborted) return;
        page = next;
        queues = [...queues, ...next.queues].sort((a, b) => b.fired - a.fired || b.firingMs - a.firingMs);
        skip = next.next;
        setState({ rule, isRunning: skip !== null, page, queues, error: null });
      }
    } catch (error) {
      if (controller.signal.aborted) return;
      setState({ rule, isRunning: false, page, queues, error: sentenceOf(error) });
    }
  };
  return { state, start };
}

/** The course of one queue under a rule, for the chart. */
export function useReplayCourse(rule: AlertRule, queueKey: string | null) {
  return useQuery({
    queryKey: ['alert-replay', rule, queueKey],
    queryFn: ({ signal }) => apiPost('/alerts/replay', { rule, queue: queueKey }, replaySchema, { signal }),
    enabled: queueKey !== null,
    staleTime: 60_000,
  });
}

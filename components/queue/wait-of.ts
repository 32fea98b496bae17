import type { Age, JobState, Oldest } from '@/lib/domain/queue';
import { exactDuration, formatDuration } from '../format/duration';

/** Workers move delayed jobs on when they next look, which takes some seconds at most. */
export const OVERDUE_MS = 5_000;

export type Wait = { text: string; hint: string; isOverdue: boolean };

/** What is known of the longest waiting job of a state at `now` (ms); `null` where none waits. */
export function waitOf(oldest: Oldest, state: JobState, now: number): Wait | null {
  switch (state) {
    case 'waiting':
    case 'paused':
    case 'prioritized':
      return ageWords(oldest[state]);
    case 'waiting-children':
      return ageWords(oldest.waitingChildren);
    case 'delayed':
      return oldest.delayedDueAt === null ? null : dueWords(oldest.delayedDueAt - now);
    default:
      return null;
  }
}

/** All that wait, one line a state, for a tooltip. */
export function allWaits(oldest: Oldest, now: number): string {
  return (['waiting', 'prioritized', 'paused', 'delayed', 'waiting-children'] as const)
    .flatMap((state) => {
      const wait = waitOf(oldest, state, now);
      return wait ? `${state}: ${wait.text}` : [];
    })
    .join('\n');
}

function ageWords(age: Age | null): Wait | null {
  if (age === null) return null;
  const { ms, isAtLeast } = age;
  return {
    text: `${isAtLeast ? '≥ ' : ''}${formatDuration(ms)}`,
    hint: isAtLeast
      ? `The oldest has waited at least ${exactDuration(ms)}; the order does not prove which one it is`
      : `The oldest has waited ${exactDuration(ms)}`,
    isOverdue: false,
  };
}

function dueWords(inMs: number): Wait {
  if (inMs < -OVERDUE_MS)
    return {
      text: `overdue ${formatDuration(-inMs)}`,
      hint: `The first was due ${exactDuration(-inMs)} ago, and no worker has moved it on`,
      isOverdue: true,
    };
  return {
    text: inMs <= 0 ? 'due now' : `next in ${formatDuration(inMs)}`,
    hint: 'When the first of them is due',
    isOverdue: false,
  };
}

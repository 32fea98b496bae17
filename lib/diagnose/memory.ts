import type { QueueVerdictCode, Verdict } from '../domain/verdict';
import type { BacklogTrend } from './backlog-trend';

/** A condition that holds, or held a moment ago. Times are ms since the epoch. */
export type Held = {
  readonly code: QueueVerdictCode;
  /** When it was first seen to hold. */
  readonly since: number;
  /** When it was last seen to hold. */
  readonly seenAt: number;
  /** What is shown; `null` while it has not held for long enough. */
  readonly verdict: Verdict | null;
};

/** Starts of jobs while no worker is seen: workers whose names the broker does not show give themselves away so. */
export type HiddenStarts = { readonly since: number; readonly count: number; readonly grewAt: number | null };

/** What the diagnosis remembers of one queue between two looks. Plain JSON; a lost one costs a few minutes of trend. */
export type DiagnosisMemory = {
  readonly held: readonly Held[];
  readonly trend: BacklogTrend | null;
  readonly starts: HiddenStarts | null;
};

/** The memory of a queue that was never looked at. */
export const NO_MEMORY: DiagnosisMemory = Object.freeze({ held: Object.freeze([]), trend: null, starts: null });

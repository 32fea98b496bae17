import type { QueueVerdictCode, Verdict } from '../domain/verdict';
import type { Capacity } from './capacity';

/** What something was before it went wrong; `of`: the job name that it is of, where it is of one. */
export type Anchor = { readonly value: number; readonly of: string | null };

/** A condition that holds, or held a moment ago. Times are ms since the epoch. */
export type Held = {
  readonly code: QueueVerdictCode;
  /** When it was first seen to hold. */
  readonly since: number;
  /** When it was last seen to hold. */
  readonly seenAt: number;
  /** What it was compared with when it began: what is wrong for long must not become what is usual. */
  readonly anchor: Anchor | null;
  /** What is shown; `null` while it has not held for long enough. */
  readonly verdict: Verdict | null;
};

/** Starts of jobs while no worker is seen: workers whose names the broker does not show give themselves away so. */
export type HiddenStarts = { readonly since: number; readonly count: number; readonly grewAt: number | null };

/** The job that waits longest came at `cameAt`, and has been the same one since `seenFrom` (ms). */
export type Eldest = { readonly cameAt: number; readonly seenFrom: number };

/** Sizes of the sets of finished jobs, and jobs that had ended, at `at` (ms). */
export type KeptSets = { readonly at: number; readonly completed: number; readonly failed: number };

/** The counter of the rate limit as it was found in the last looks, the newest last; `null`: no window was running. */
export type LimiterLooks = { readonly at: number; readonly started: readonly (number | null)[] };

/** What the diagnosis remembers of one queue between two looks. Plain JSON; a lost one costs a few minutes. */
export type DiagnosisMemory = {
  readonly held: readonly Held[];
  readonly starts: HiddenStarts | null;
  readonly capacity: Capacity | null;
  readonly eldest: Eldest | null;
  /** Oldest first, some of the last minutes. */
  readonly sets: readonly KeptSets[];
  readonly limiter: LimiterLooks | null;
};

const NONE = Object.freeze([]);
/** The memory of a queue that was never looked at. */
export const NO_MEMORY: DiagnosisMemory = Object.freeze({
  held: NONE,
  starts: null,
  capacity: null,
  eldest: null,
  sets: NONE,
  limiter: null,
});

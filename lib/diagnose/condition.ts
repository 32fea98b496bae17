import type { QueueVerdictCode, Verdict } from '../domain/verdict';
import type { Look } from './look';
import type { Anchor, DiagnosisMemory, Held } from './memory';
import type { Pressure } from './pressure';

/** `unknown`: the figures that would prove or disprove it are missing. */
export type Holds = 'yes' | 'no' | 'unknown';

/** What a condition judges by. `held`: the condition itself, as it held a moment ago. */
export type Situation = Look & { memory: DiagnosisMemory; pressure: Pressure; held: Held | null };

export type Said = Omit<Verdict, 'code' | 'since' | 'under'>;

export type Condition = {
  code: QueueVerdictCode;
  /** How long it must hold before it is shown, ms. */
  enterMs: number;
  /** How long it must be over before it is taken back, ms. */
  leaveMs: number;
  /** Deeper causes: while one of them is shown, this is a symptom of it and told beneath it. */
  explainedBy: readonly QueueVerdictCode[];
  /** It may hold in a queue in which nothing waits and nothing happened for a quarter of an hour. */
  mayRest?: boolean;
  /** The bounds for going are looser than those for coming: see whether `held` has a verdict. */
  holds(situation: Situation): Holds;
  /** What is kept for comparison from when it begins. */
  anchor?(situation: Situation): Anchor | null;
  /** When it began (ms), where that is known better than by when it was first seen. */
  began?(situation: Situation): number | null;
  describe(situation: Situation): Said;
};

/** Whether its verdict is shown now. */
export function isShown({ held }: Pick<Situation, 'held'>): boolean {
  return held?.verdict != null;
}

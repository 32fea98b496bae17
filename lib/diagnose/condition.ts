import type { Queue, Verdict } from '../domain/queue';
import type { QueueVerdictCode } from '../domain/verdict';
import type { DiagnosisMemory } from './memory';

/** `unknown`: the figures that would prove or disprove it are missing. */
export type Holds = 'yes' | 'no' | 'unknown';

export type Condition = {
  code: QueueVerdictCode;
  /** How long it must hold before it is shown, ms. */
  enterMs: number;
  /** How long it must be over before it is taken back, ms. */
  leaveMs: number;
  /** Deeper causes: while one of them is shown, this one says nothing new. */
  explainedBy: readonly QueueVerdictCode[];
  /** `shown` is the verdict now shown: the bounds for going are looser than those for coming. */
  holds(queue: Queue, memory: DiagnosisMemory, now: number, shown: Verdict | null): Holds;
  describe(
    queue: Queue,
    memory: DiagnosisMemory,
    shown: Verdict | null,
    now: number,
  ): Omit<Verdict, 'code' | 'since' | 'under'>;
};

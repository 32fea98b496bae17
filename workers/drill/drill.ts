import type { VerdictCode } from '../../lib/domain/verdict';
import type { Stage } from './stage';

/** An incident that is made, or a healthy life that only looks like one. */
export type Drill = {
  name: string;
  /** What is done to the system, in one line. */
  what: string;
  /** What must come first in the list; `null`: nothing may be said at all. */
  expects: VerdictCode | null;
  /** What is true besides and may be said, above it or in its place. */
  alsoTrue?: readonly VerdictCode[];
  /** One of those that run with the tests: short, and light on the machine. */
  isQuick?: boolean;
  /** Bull has no limits of the queue's own, and its lists do not show what lies between their ends. */
  isBullMqOnly?: boolean;
  /** Ordinary life before, ms; what is said in it is wrong. */
  calmMs: number;
  /** How long a healthy life goes on after `begin`, ms. */
  lastsMs?: number;
  /** Ordinary life: queues, workers, producers. */
  prepare(stage: Stage): Promise<void>;
  /** The cause, or what only looks like one. */
  begin(stage: Stage): Promise<void>;
  /** The cause is removed. */
  end?(stage: Stage): Promise<void>;
};

import type { QueueKind } from '../domain/queue';
import type { QueueVerdictCode } from '../domain/verdict';
import type { Condition } from './condition';
import { CONDITIONS } from './conditions/index';
import { RABBIT_CONDITIONS } from './rabbit-conditions';

/** Of those for jobs, the ones that hold for messages as well: the others speak of locks, attempts and states that these lack. */
const FOR_MESSAGES_TOO: readonly QueueVerdictCode[] = ['under-provisioned'];

const OF_RABBIT = [
  ...RABBIT_CONDITIONS,
  ...CONDITIONS.filter(({ code }) => FOR_MESSAGES_TOO.includes(code)).map((condition): Condition => ({
    ...condition,
    // Dead letters are not worked off: that they pile up is told as such.
    holds: (situation) => (situation.queue.rabbit?.deadLettersOf.length ? 'no' : condition.holds(situation)),
  })),
];
const RESTING = CONDITIONS.filter(({ mayRest }) => mayRest);

/** What can be wrong with a queue of this kind, the deepest cause first; `isResting`: nothing waits and nothing happened. */
export function conditionsOf(kind: QueueKind, isResting = false): readonly Condition[] {
  if (kind === 'rabbitmq') return OF_RABBIT;
  return isResting ? RESTING : CONDITIONS;
}

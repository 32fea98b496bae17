import type { QueueKind } from '../domain/queue';
import type { Condition } from './condition';
import { CONDITIONS } from './conditions';
import { RABBIT_CONDITIONS } from './rabbit-conditions';

/** Of those for jobs, the ones that hold for messages as well: the others speak of locks, attempts and states that these lack. */
const FOR_MESSAGES_TOO = ['under-provisioned'];

const OF_RABBIT = [
  ...RABBIT_CONDITIONS,
  ...CONDITIONS.filter(({ code }) => FOR_MESSAGES_TOO.includes(code)).map((condition): Condition => ({
    ...condition,
    // Dead letters are not worked off: that they pile up is told as such.
    holds: (queue, ...rest) => (queue.rabbit?.deadLettersOf.length ? 'no' : condition.holds(queue, ...rest)),
  })),
];

/** What can be wrong with a queue of this kind, the deepest cause first. */
export function conditionsOf(kind: QueueKind): readonly Condition[] {
  return kind === 'rabbitmq' ? OF_RABBIT : CONDITIONS;
}

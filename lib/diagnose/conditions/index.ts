import { QUEUE_VERDICTS } from '../../domain/verdict';
import type { Condition } from '../condition';
import { schedulerMissed, silence } from './absence';
import { burst, delayedDue, underProvisioned } from './backlog';
import { concurrencyLimited, fewerWorkers, rateLimited } from './capacity';
import { crowdedOut, starvation } from './crowding';
import { failing, poisonJobs, retryStorm } from './failures';
import { deadLetters, noWorkers, notStarting, pausedWithBacklog } from './halted';
import { runningLong, slowHandler } from './slowness';
import { deadWorker, loopBlocked, stalled } from './stalls';
import { growingSets, orphanedIds, oversizedPayloads } from './storage';

const ALL: readonly Condition[] = [
  ...[pausedWithBacklog, deadLetters, noWorkers, notStarting, deadWorker, loopBlocked, stalled],
  ...[rateLimited, poisonJobs, retryStorm, failing, fewerWorkers, slowHandler, runningLong],
  ...[concurrencyLimited, starvation, crowdedOut, underProvisioned, burst, delayedDue],
  ...[schedulerMissed, silence, oversizedPayloads, orphanedIds, growingSets],
];

/** Of queues of jobs, in the order of `QUEUE_VERDICTS`. */
export const CONDITIONS: readonly Condition[] = QUEUE_VERDICTS.flatMap(
  (code) => ALL.find((condition) => condition.code === code) ?? [],
);

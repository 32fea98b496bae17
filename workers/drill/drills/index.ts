import type { Drill } from '../drill';
import { autoscaling } from './autoscaling';
import { brokenScheduler } from './broken-scheduler';
import { burst } from './burst';
import { concurrency } from './concurrency';
import { cpuBound } from './cpu-bound';
import { crowdedOut } from './crowded-out';
import { deadLetters } from './dead-letters';
import { deadWorker } from './dead-worker';
import { delayedPile } from './delayed-pile';
import { everyMinute } from './every-minute';
import { eviction } from './eviction';
import { failing } from './failing';
import { fewTimeouts } from './few-timeouts';
import { fewerWorkers } from './fewer-workers';
import { frozenWorker } from './frozen-worker';
import { growingSets } from './growing-sets';
import { healthChecks } from './health-checks';
import { hungStart } from './hung-start';
import { idleQueue } from './idle-queue';
import { keysCommand } from './keys-command';
import { killerJob } from './killer-job';
import { lastThree } from './last-three';
import { limitAMinute } from './limit-a-minute';
import { longByNature } from './long-by-nature';
import { loopBlocked } from './loop-blocked';
import { memory } from './memory';
import { memoryGrowth } from './memory-growth';
import { newFailure } from './new-failure';
import { nightlyBatch } from './nightly-batch';
import { noWorkers } from './no-workers';
import { oneFailure } from './one-failure';
import { orphans } from './orphans';
import { oversized } from './oversized';
import { paused } from './paused';
import { poison } from './poison';
import { rateLimit } from './rate-limit';
import { retryStorm } from './retry-storm';
import { rollingRestart } from './rolling-restart';
import { shortBurst } from './short-burst';
import { silence } from './silence';
import { slowHandler } from './slow-handler';
import { slowName } from './slow-name';
import { slowRedis } from './slow-redis';
import { slowWorker } from './slow-worker';
import { starvation } from './starvation';
import { testQueues } from './test-queues';
import { underProvisioned } from './under-provisioned';
import { usualFailures } from './usual-failures';
import { waves } from './waves';
import { workerLimit } from './worker-limit';

/** Incidents first, then healthy lives that look like some. */
export const DRILLS: readonly Drill[] = [
  noWorkers,
  paused,
  hungStart,
  failing,
  retryStorm,
  poison,
  killerJob,
  deadWorker,
  loopBlocked,
  rateLimit,
  workerLimit,
  fewerWorkers,
  slowHandler,
  slowName,
  concurrency,
  underProvisioned,
  burst,
  crowdedOut,
  starvation,
  delayedPile,
  brokenScheduler,
  silence,
  growingSets,
  oversized,
  orphans,
  memory,
  eviction,
  slowRedis,
  deadLetters,
  newFailure,
  lastThree,
  slowWorker,
  cpuBound,
  limitAMinute,
  keysCommand,
  memoryGrowth,
  frozenWorker,
  nightlyBatch,
  shortBurst,
  idleQueue,
  oneFailure,
  rollingRestart,
  everyMinute,
  autoscaling,
  fewTimeouts,
  healthChecks,
  longByNature,
  waves,
  usualFailures,
  testQueues,
];

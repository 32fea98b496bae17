import { AppError } from '../../domain/errors';
import type { BulkJobs } from '../bulk-jobs';
import type { QueueControls } from '../controls';
import type { JobEdits } from '../job-edits';
import type { JobParts } from '../job-parts';
import type { JobScan } from '../job-scan';
import type { Schedulers } from '../schedulers';

const WHY = 'A RabbitMQ queue holds messages: they have no ids, and nothing is known of them once they were taken.';

/** What is asked of jobs and cannot be asked of messages. */
export function refuse(): Promise<never> {
  return Promise.reject(new AppError('unsupported', WHY));
}

export const NO_SCAN: JobScan = {
  rows: refuse,
  ids: refuse,
  sample: () => Promise.resolve([]),
  find: () => Promise.resolve([]),
};

export const NO_EDITS: JobEdits = { apply: refuse };

export const NO_PARTS: JobParts = { logs: refuse, flow: refuse, events: refuse };

export const NO_CONTROLS: QueueControls = {
  limits: () => refuse(),
  setLimits: () => refuse(),
  releaseRateLimit: () => refuse(),
  previewClearing: () => refuse(),
  clear: () => refuse(),
};

export const NO_SCHEDULERS: Schedulers = {
  counts: (queues) => Promise.resolve(queues.map(() => 0)),
  list: () => Promise.resolve([]),
  get: refuse,
  keptRuns: (_queue, _key, dues) => Promise.resolve(dues.map(() => null)),
  add: refuse,
  edit: refuse,
  remove: refuse,
  runNow: refuse,
};

export const NO_BULK: BulkJobs = {
  now: () => Promise.resolve(Date.now()),
  count: refuse,
  rows: refuse,
  async *whole() {
    await refuse();
  },
  refusal: () => WHY,
  whyNotMove: () => Promise.resolve(WHY),
  hasBatch: () => false,
  batch: refuse,
  act: refuse,
  ends: refuse,
  close: () => Promise.resolve(),
};

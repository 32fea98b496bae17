import type { Log } from '../config/log';
import type { AuditWriter } from '../actions/perform';
import { HiddenJobs } from '../operations/hidden-jobs';
import { OperationRunner, type RunnerOptions } from '../operations/operation-runner';
import { Operations } from '../operations/operations';
import { OperationStore } from '../operations/operation-store';
import type { Redis } from '../redis/connection';

type Parts = { store: Redis; deskOf: RunnerOptions['deskOf']; audit: Pick<AuditWriter, 'append'>; log: Log };

/** The operations of a process: what people ask of them, and the runner that takes them up here. */
export function createOperations({ store: redis, deskOf, audit, log }: Parts) {
  const store = new OperationStore(redis);
  const hidden = new HiddenJobs(redis);
  const runner = new OperationRunner({ store, hidden, deskOf, audit, log });
  const all = new Operations({ store, hidden, nudge: () => runner.nudge() });
  return { all, hidden, runner };
}

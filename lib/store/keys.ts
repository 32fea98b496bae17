/** Every key that Tailback writes; nothing of ours lies outside this prefix. */
export const PREFIX = 'tailback:';

/** Version of the layout below. A store written by a newer one is refused. */
export const SCHEMA_VERSION = 1;

export const keys = {
  schema: `${PREFIX}schema`,
  lease: `${PREFIX}lease`,
  leaseToken: `${PREFIX}lease:token`,
  /** Hash: queue key → JSON of the queue as last published. */
  liveQueues: `${PREFIX}live:queues`,
  /** JSON: epoch, sequence number and time of the last publication. */
  liveMeta: `${PREFIX}live:meta`,
  liveBrokers: `${PREFIX}live:brokers`,
  liveAlerts: `${PREFIX}live:alerts`,
  /** Pub/Sub channel of publications. */
  liveChannel: `${PREFIX}live`,
  /** JSON: connected workers by source, as last published. */
  liveWorkers: `${PREFIX}live:workers`,
  alertState: `${PREFIX}alerts`,
  /** Sorted set by time: JSON of marks. */
  marks: `${PREFIX}marks`,
  /** Hash: queue key → ms at which the queue was first seen. */
  firstSeen: `${PREFIX}first-seen`,
  audit: `${PREFIX}audit`,
  /** Hash: queue key → last stream id taken in. */
  cursors: (source: string) => `${PREFIX}cursors:${source}`,
  /** Hash: queue key → JSON of its running totals, written together with the cursor that they cover. */
  totals: (source: string) => `${PREFIX}totals:${source}`,
  /** Hash: position of the slot → record of one queue, of a chunk that is still written to. Minutes keep their first name. */
  openChunk: (tier: string, queueKey: string, chunk: number) =>
    tier === '1m' ? `${PREFIX}h:${queueKey}:${chunk}` : `${PREFIX}h${tier}:${queueKey}:${chunk}`,
  /** String: all records of a chunk, packed. Fields of an open chunk of the same name are newer. */
  closedChunk: (tier: string, queueKey: string, chunk: number) => `${PREFIX}c${tier}:${queueKey}:${chunk}`,
  /** Sorted set: `tier|queue key|chunk` by the time (ms) from which on the chunk may be closed. */
  openChunks: `${PREFIX}open`,
  /** Hash: position of the slot → ms of it in which the source was looked at. */
  presence: (tier: string, source: string, chunk: number) =>
    tier === '1m' ? `${PREFIX}on:${source}:${chunk}` : `${PREFIX}on${tier}:${source}:${chunk}`,
  /** Sorted set: ids of operations by the time of their start, at most 500. */
  operations: `${PREFIX}ops`,
  /** Sorted set: ids of operations that have not ended, by the time at which a runner looks at them next. */
  operationsDue: `${PREFIX}ops:due`,
  operationsToken: `${PREFIX}ops:token`,
  /** Pub/Sub channel: an operation as JSON whenever it changes. */
  operationsChannel: `${PREFIX}ops`,
  operation: (id: string) => `${PREFIX}op:${id}`,
  operationLease: (id: string) => `${PREFIX}op:${id}:lease`,
  /** String: what a person wants an operation to do, until its runner has done it. */
  operationWish: (id: string) => `${PREFIX}op:${id}:wish`,
  /** Sorted set: ids of the jobs that are meant, in the order of their turn; gone when the operation has ended. */
  operationIds: (id: string) => `${PREFIX}op:${id}:ids`,
  /** List: JSON of the jobs that were not done and why, at most 1,000. */
  operationReport: (id: string) => `${PREFIX}op:${id}:report`,
  /** Hash: id of a job that waits for its removal → `frozen at|operation`; at most 10,000 a queue. */
  hiddenJobs: (queueKey: string, state: string) => `${PREFIX}hidden:${queueKey}:${state}`,
  /** Hash: fingerprint → JSON of what the group is. At most 500 a source. */
  failureKinds: (source: string) => `${PREFIX}f:kinds:${source}`,
  /** Hash: `fingerprint|queue key` → JSON of the group in that queue, written together with the queue's cursor. */
  failureRecords: (source: string) => `${PREFIX}f:groups:${source}`,
  /** Hash: `fingerprint|queue key` → JSON of its failures by slot; `m`: minutes of an hour, `h`: hours of a day. */
  failureChunk: (tier: 'm' | 'h', source: string, chunk: number) => `${PREFIX}f:${tier}:${source}:${chunk}`,
  /** String: up to when (ms, broker's clock) failures of Bull's queues were written. */
  failuresAt: (source: string) => `${PREFIX}f:at:${source}`,
  /** Hash: queue key → JSON of how far its failed jobs were gone through. */
  failureScans: (source: string) => `${PREFIX}f:scan:${source}`,
  /** Hash: queue key → JSON of its failed jobs by group, when last gone through. */
  failureRetained: (source: string) => `${PREFIX}f:kept:${source}`,
  /** String: ms at which a person asked for all failed jobs to be gone through again. */
  failureScanAsked: (source: string) => `${PREFIX}f:ask:${source}`,
  /** Hash: fingerprint → JSON of what people said of the group. At most 2,000. */
  failureCare: `${PREFIX}f:care`,
  idempotency: (actor: string, key: string) => `${PREFIX}idem:${actor}:${key}`,
} as const;

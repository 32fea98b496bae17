/** Every key that Tailback writes begins so; nothing of ours lies outside. */
export const PREFIX = 'tailback:';

/** In a Cluster our scripts need all keys in one slot, which the braces see to. */
const CLUSTER_PREFIX = `${PREFIX}{store}:`;

/** Version of the layout below. A store written by a newer one is refused. */
export const SCHEMA_VERSION = 1;

function namesUnder(prefix: string) {
  return {
    schema: `${prefix}schema`,
    lease: `${prefix}lease`,
    leaseToken: `${prefix}lease:token`,
    /** Hash: queue key → JSON of the queue as last published. */
    liveQueues: `${prefix}live:queues`,
    /** JSON: epoch, sequence number and time of the last publication. */
    liveMeta: `${prefix}live:meta`,
    liveBrokers: `${prefix}live:brokers`,
    liveAlerts: `${prefix}live:alerts`,
    /** Pub/Sub channel of publications. */
    liveChannel: `${prefix}live`,
    /** JSON: connected workers by source, as last published. */
    liveWorkers: `${prefix}live:workers`,
    alertState: `${prefix}alerts`,
    /** String: grows with every change of what people set for alerts. */
    alertRevision: `${prefix}alerts:rev`,
    /** JSON: revision and the rules made on the screen, at most 200. */
    alertRules: `${prefix}alerts:rules`,
    /** Hash: id → JSON of a silence, at most 500. */
    alertSilences: `${prefix}alerts:silences`,
    /** Hash: id of an incident → JSON of what people said of it, at most 2,000. */
    alertCare: `${prefix}alerts:care`,
    /** Sorted set by their beginning: JSON of incidents that have ended, at most 3,000 and 90 days. */
    alertHistory: `${prefix}alerts:history`,
    /** Sorted set by time: JSON of marks. */
    marks: `${prefix}marks`,
    /** Hash: queue key → ms at which the queue was first seen. */
    firstSeen: `${prefix}first-seen`,
    audit: `${prefix}audit`,
    /** Hash: queue key → last stream id taken in. */
    cursors: (source: string) => `${prefix}cursors:${source}`,
    /** Hash: queue key → JSON of its running totals, written together with the cursor that they cover. */
    totals: (source: string) => `${prefix}totals:${source}`,
    /** Hash: position of the slot → record of one queue, of a chunk that is still written to. Minutes keep their first name. */
    openChunk: (tier: string, queueKey: string, chunk: number) =>
      tier === '1m' ? `${prefix}h:${queueKey}:${chunk}` : `${prefix}h${tier}:${queueKey}:${chunk}`,
    /** String: all records of a chunk, packed. Fields of an open chunk of the same name are newer. */
    closedChunk: (tier: string, queueKey: string, chunk: number) => `${prefix}c${tier}:${queueKey}:${chunk}`,
    /** Sorted set: `tier|queue key|chunk` by the time (ms) from which on the chunk may be closed. */
    openChunks: `${prefix}open`,
    /** Hash: position of the slot → ms of it in which the source was looked at. */
    presence: (tier: string, source: string, chunk: number) =>
      tier === '1m' ? `${prefix}on:${source}:${chunk}` : `${prefix}on${tier}:${source}:${chunk}`,
    /** Sorted set: ids of operations by the time of their start, at most 500. */
    operations: `${prefix}ops`,
    /** Sorted set: ids of operations that have not ended, by the time at which a runner looks at them next. */
    operationsDue: `${prefix}ops:due`,
    operationsToken: `${prefix}ops:token`,
    /** Pub/Sub channel: an operation as JSON whenever it changes. */
    operationsChannel: `${prefix}ops`,
    operation: (id: string) => `${prefix}op:${id}`,
    operationLease: (id: string) => `${prefix}op:${id}:lease`,
    /** String: what a person wants an operation to do, until its runner has done it. */
    operationWish: (id: string) => `${prefix}op:${id}:wish`,
    /** Sorted set: ids of the jobs that are meant, in the order of their turn; gone when the operation has ended. */
    operationIds: (id: string) => `${prefix}op:${id}:ids`,
    /** List: JSON of the jobs that were not done and why, at most 1,000. */
    operationReport: (id: string) => `${prefix}op:${id}:report`,
    /** Hash: id of a job that waits for its removal → `frozen at|operation`; at most 10,000 a queue. */
    hiddenJobs: (queueKey: string, state: string) => `${prefix}hidden:${queueKey}:${state}`,
    /** Hash: fingerprint → JSON of what the group is. At most 500 a source. */
    failureKinds: (source: string) => `${prefix}f:kinds:${source}`,
    /** Hash: `fingerprint|queue key` → JSON of the group in that queue, written together with the queue's cursor. */
    failureRecords: (source: string) => `${prefix}f:groups:${source}`,
    /** Hash: `fingerprint|queue key` → JSON of its failures by slot; `m`: minutes of an hour, `h`: hours of a day. */
    failureChunk: (tier: 'm' | 'h', source: string, chunk: number) => `${prefix}f:${tier}:${source}:${chunk}`,
    /** Hash: queue key → JSON of how far its failed jobs were gone through. */
    failureScans: (source: string) => `${prefix}f:scan:${source}`,
    /** Hash: queue key → JSON of its failed jobs by group, when last gone through. */
    failureRetained: (source: string) => `${prefix}f:kept:${source}`,
    /** String: ms at which a person asked for all failed jobs to be gone through again. */
    failureScanAsked: (source: string) => `${prefix}f:ask:${source}`,
    /** Hash: fingerprint → JSON of what people said of the group. At most 2,000. */
    failureCare: `${prefix}f:care`,
    /** Hash: what a scheduler's jobs are named by → JSON of its last runs. */
    schedulerRuns: (queueKey: string) => `${prefix}runs:${queueKey}`,
    /** List: JSON of the newest stalls of a queue, newest first. */
    stalls: (queueKey: string) => `${prefix}stalls:${queueKey}`,
    idempotency: (actor: string, key: string) => `${prefix}idem:${actor}:${key}`,
  } as const;
}

/** Names of all our keys, as they are in the store of this process. */
export let keys = namesUnder(PREFIX);

/** Says what kind of Redis the store of this process is. Called once, by `connectStore`, before a name is used. */
export function layOutStore(isCluster: boolean): void {
  keys = namesUnder(isCluster ? CLUSTER_PREFIX : PREFIX);
}

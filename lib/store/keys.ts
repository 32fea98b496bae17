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
  /** Hash: minute of the hour → record of one queue. `hour`: hours since the epoch. */
  minutes: (queueKey: string, hour: number) => `${PREFIX}h:${queueKey}:${hour}`,
  /** Hash: minute of the hour → ms of it in which the source was looked at. */
  presence: (source: string, hour: number) => `${PREFIX}on:${source}:${hour}`,
  idempotency: (actor: string, key: string) => `${PREFIX}idem:${actor}:${key}`,
} as const;

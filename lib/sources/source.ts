import type { AddJobBody, AddJobResult, JobAction, JobActionResult } from '../domain/action';
import type { BrokerTopology, HeavyCommand } from '../domain/broker';
import type { Job, JobPage } from '../domain/job';
import type { Counts, JobState, Oldest, QueueId, QueueKind } from '../domain/queue';
import type { BulkJobs } from './bulk-jobs';
import type { SlowSpell } from '../domain/stall';
import type { CounterMetric } from '../domain/series';
import type { SourceWorkers } from '../domain/worker';
import type { Fingerprint } from '../failures/fingerprint';
import type { JobScan } from './job-scan';
import type { JobEdits } from './job-edits';
import type { JobParts } from './job-parts';
import type { MessageDesk } from './messages';
import type { QueueControls } from './controls';
import type { RabbitBroker, RabbitQueue } from '../domain/rabbit';
import type { Schedulers, StoredScheduler } from './schedulers';

/** What is needed to find a queue in its source again. */
export type QueueRef = {
  id: QueueId;
  kind: QueueKind;
  /** Library version that wrote the queue (`bull`, `bullmq:6.7.0`), `null` when it cannot be told. */
  version: string | null;
  /** Why writes are refused, `null` when they are possible. */
  readOnlyReason: string | null;
};

/** One queue as it was found at `at` (ms, broker's clock). */
export type QueueReading = QueueRef & {
  at: number;
  /** See `queueSchema`. */
  knownBy?: 'workers';
  counts: Counts;
  isPaused: boolean | null;
  oldestWaitingMs: number | null;
  oldestWaitingIsAtLeast: boolean;
  oldest?: Oldest;
  workers: number | null;
  /** Active jobs without a lock, of a queue in which nothing ends; absent or `null` where nobody looked. */
  stalledJobs?: number | null;
  /** Only of RabbitMQ. */
  rabbit?: RabbitQueue;
  /** Counters that the broker does not tell of this queue now, and why: they are `null`, not zero. */
  untold?: { counters: readonly CounterMetric[]; reason: string };
};

/** A failure as it was seen; `group: null`: what it was of could not be told in time. */
export type FailureSeen = { jobId: string; group: Fingerprint | null };

/** Which scheduler made a job, and for when (ms); with what started or ended of it. */
export type ScheduledJob = { jobKey: string; due: number };

/**
 * Something that happened to jobs of one queue, in one vocabulary for all libraries. `at` is ms by the broker's
 * clock. Durations are ms, `null` when the start of the interval was not seen. `name` is the job's name, `null` or absent
 * where it could not be told in time: it counts as unattributed then. `count`: so many of the same, 1 when absent. `retryOf`: fingerprint of the failure that a job was
 * brought back from, where that was seen.
 */
export type JobEvent = { at: number; name?: string | null; scheduled?: ScheduledJob } &
  /** `upTo`: what the queue's counter of adds was then, where that is what told them. */
  (
    | { type: 'arrived'; count: number; upTo?: number }
    | { type: 'started'; waitMs: number | null; count?: number }
    /** `failed`: for good, no attempt is left. */
    | { type: 'completed' | 'failed'; runMs: number | null; count?: number; failure?: FailureSeen; retryOf?: string }
    /** `count` attempts failed that will be tried again. */
    | { type: 'attempt-failed'; count: number; runMs: number | null; failure?: FailureSeen }
    | { type: 'stalled'; count?: number }
    /** `retried`: brought back by hand or by a script after it had finished. `delayed`: put off, newly or again. */
    | { type: 'retried' | 'delayed' | 'removed'; count: number; retryOf?: string }
  );

/**
 * An interval (ms, broker's clock) in which events may have been missed; `queue: null` stands for all Bull queues.
 * `exact`: counters that are whole all the same, because what was missed is proven and among the events.
 */
export type EventGap = {
  queue: QueueId | null;
  from: number;
  to: number;
  reason: string;
  exact?: readonly CounterMetric[];
};

export type BrokerFacts = {
  version: string | null;
  /** Changes with every start of the broker. */
  runId?: string | null;
  /** ms since the epoch, good to some seconds. */
  startedAt?: number | null;
  usedMemoryBytes: number | null;
  maxMemoryBytes: number | null;
  machineMemoryBytes?: number | null;
  evictionPolicy: string | null;
  connectedClients: number | null;
  readMs: number | null;
  scan: { progress: number | null; lastCompletedAt: number | null; keys: number | null };
  /** Absent where one server is all there is. */
  topology?: BrokerTopology;
  /** When it answered late or not at all in the last quarter of an hour. */
  slowSpells?: SlowSpell[];
  heavyCommand?: HeavyCommand | null;
  ownCost: { commandsPerSecond: number | null; cpuPercent: number | null };
  rabbit?: RabbitBroker;
};

/** An active job, and what its lock says. Times in ms by the broker's clock. */
export type HeldJob = {
  id: string;
  name: string | null;
  /** When its worker took it; by the worker's clock where that was not seen. */
  takenAt: number | null;
  hasLock: boolean;
  /** How long its lock still holds; `null` when it is gone or has no end. */
  lockTtlMs: number | null;
  /** What the lock says of the worker: the same for all jobs of one worker. `null` when it is gone and was not seen. */
  token: string | null;
  /** Name that its worker gave itself and wrote into the job; BullMQ only. */
  processedBy: string | null;
};

/** Active jobs of one queue, the longest running first. `lockMs`: how long its locks are given for, as far as was seen. */
export type HoldSample = { queue: QueueId; at: number; jobs: HeldJob[]; lockMs: number | null };

/** A job that its library found stalled at `at`, and what was known of it before. */
export type StallSighting = { queue: QueueId; at: number; job: HeldJob; lockMs: number | null };

/** How many of the jobs of a state are bigger or gone, by a sample of a few. Bytes as the broker reckons them. */
export type StateSample = {
  count: number;
  /** Jobs that were looked at, and those of them that do not exist although the state still lists them. */
  looked: number;
  orphans: number;
  /** Of the jobs that exist: typical size of one with all its fields, and of its payload; the largest payload. */
  bytesPerJob: number | null;
  payloadBytes: number | null;
  largestPayload: { jobId: string; bytes: number } | null;
  /** The list or set itself. */
  ownBytes: number;
};

/**
 * A closer look at the keys of one queue, a few jobs of each state. Times ms, broker's clock. `limits`: as the queue
 * itself has them; what workers set for themselves is not in the broker. `limiter`: the window that counts starts now.
 */
export type QueueProbe = {
  at: number;
  limits: { concurrency: number | null; max: number | null; durationMs: number | null };
  limiter: { started: number; resetsInMs: number } | null;
  /** How many of the delayed jobs come due within so many ms (negative: overdue), at every tenth part of all; ascending. */
  due: { withinMs: number; jobs: number }[];
  /** Those of its schedulers whose turn is next, at most three. */
  schedulers: Pick<StoredScheduler, 'id' | 'name' | 'schedule' | 'made' | 'nextAt' | 'nextJobState'>[];
  /** By state; `null` before the jobs were sampled. */
  states: Partial<Record<JobState, StateSample>> | null;
  sampledAt: number | null;
  /** Jobs that finished and are kept say when they are to be removed: by their number or age. `null`: none was read. */
  keeps: { completed: boolean | null; failed: boolean | null };
  eventBytes: number | null;
};

/** What one look at a source brings. */
export type SourceReading = {
  /** ms, broker's clock. */
  at: number;
  /** Queues read in this look; idle ones are read less often and left out in between. */
  readings: QueueReading[];
  /** Queues that cannot be read now, since their part of the source does not answer, and why. */
  unread?: { queue: QueueId; reason: string }[];
  /** Queues that no longer exist. */
  removed: QueueId[];
  /** Events since the look before, oldest first in each queue. */
  events: { queue: QueueId; events: JobEvent[] }[];
  gaps: EventGap[];
  facts: BrokerFacts;
  /** Connected workers, when they were listed in this look: every 5 s, less often where there are many clients. */
  workers?: SourceWorkers;
  /** Queues whose active jobs were looked at, because the one taken first does not end; without jobs when that is over. */
  holds?: HoldSample[];
  stalls?: StallSighting[];
  /** Queues whose keys were looked at more closely, some in each look. */
  probes?: { queue: QueueId; probe: QueueProbe }[];
};

/** Where reading of events stands: positions (`position.ts`) as text, by queue key. */
export type EventCursors = Record<string, string>;

/** A failed job that its queue keeps. `at`: when it failed, ms; `worker`: who ran it, where the library wrote it down. */
export type FailedJob = { jobId: string; at: number; name: string | null; worker: string | null; group: Fingerprint };
/** `of`: failed jobs in the queue now. `nextCursor: null`: these were the last. */
export type FailedJobs = { jobs: FailedJob[]; nextCursor: string | null; of: number };

/** The collector's side of a source: reads only, frugally. */
export interface SourceWatch {
  readonly name: string;
  readonly kind: 'redis' | 'rabbitmq';
  /** Address without credentials. */
  readonly address: string;
  /**
   * Takes one look. `cursors`, given at the first call, says from where to go on.
   * @throws when the broker does not answer; the next call tries again
   */
  look(): Promise<SourceReading>;
  /** Continue event reading from here; call before the first `look`. */
  resumeFrom(cursors: EventCursors): void;
  cursors(): EventCursors;
  /**
   * Some of the failed jobs that a queue keeps, the oldest first, told by kind; at most `limit` (1–200) of them.
   * `null`: this collector does not know the queue. @throws when the broker does not answer
   */
  failedJobs(queue: QueueId, cursor: string | null, limit: number): Promise<FailedJobs | null>;
  /** Go on with this queue from a stored position, whatever was read of it here since; call between two looks. */
  rewind(queueKey: string, cursor: string): void;
  /**
   * The moment (ms) at which another collector that listens to this source stood with a queue, by what was heard here: all
   * that was heard before it counted. `null` or absent where that cannot be told exactly.
   */
  heardAs?(queueKey: string, ms: number): number | null;
  close(): Promise<void>;
}

/**
 * A page of a state's jobs. `cursor` comes from a page beside it, or is `last`; without one, `at` (ms) asks for the page
 * that begins at the first job finished or due then or beyond.
 */
export type JobPageRequest = {
  state: JobState;
  limit: number;
  cursor: string | null;
  order: 'newest' | 'oldest';
  at?: number | null;
};

/** Active jobs and their locks, the longest running first. Times in ms; `at` by the broker's clock. */
export type ActiveJobs = { at: number; jobs: HeldJob[]; isCut: boolean };

export type JobFieldName = 'data' | 'result' | 'options' | 'error' | 'stacktrace';

/** A field as stored; `hash` stands for its content in an edit's `ifHash`. */
export type StoredField = { bytes: Buffer; hash: string };

/** The people's side of a source: looking at jobs and acting on them, one call a question. */
export interface SourceDesk {
  readonly name: string;
  readonly scan: JobScan;
  readonly edits: JobEdits;
  readonly parts: JobParts;
  readonly controls: QueueControls;
  readonly schedulers: Schedulers;
  readonly bulk: BulkJobs;
  /** Where queues hold messages instead of jobs. */
  readonly messages?: MessageDesk;
  /**
   * @throws AppError `bad-request` for a cursor that is not one, `unsupported` for a state the kind does not have, or
   * for a time in a state whose jobs are in no order of time
   */
  jobs(queue: QueueRef, request: JobPageRequest): Promise<JobPage>;
  /** @throws AppError `not-found` */
  job(queue: QueueRef, jobId: string): Promise<Job>;
  /** A whole field as stored. @throws AppError `not-found` */
  field(queue: QueueRef, jobId: string, name: JobFieldName): Promise<StoredField>;
  /** At most `limit` (1–100) of them. */
  activeJobs(queue: QueueRef, limit: number): Promise<ActiveJobs>;
  /** Never throws for one job: each id has its result. */
  act(queue: QueueRef, action: JobAction, ids: readonly string[]): Promise<JobActionResult[]>;
  add(queue: QueueRef, body: AddJobBody): Promise<AddJobResult>;
  setPaused(queue: QueueRef, isPaused: boolean): Promise<void>;
  close(): Promise<void>;
}

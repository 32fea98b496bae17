import type { Redis } from '../../redis/connection';
import type { Counts } from '../../domain/queue';
import { isForbidden } from './broker-facts';
import { readRowsPlainly } from './read-counts-plainly';

/** Queues read by one script: about a millisecond of the broker's time. */
const QUEUES_PER_SCRIPT = 200;

/**
 * Counts of many queues in one read-only script. KEYS: one base per queue; ARGV: its kind. All reads are O(1), and
 * O(log n) for the head of a sorted set; no call's cost grows with a queue's length. First element: the broker's TIME.
 *
 * In both libraries jobs are taken from the right end of `wait` (index -1). The oldest is looked for at both ends,
 * because LIFO adds and returned jobs can leave an older one at the left.
 */
const READ_COUNTS = `
local function timestamp(base, id)
  if not id then return false end
  return redis.call('HGET', base .. ':' .. id, 'timestamp')
end
local function read(base, isBull)
  local waiting = redis.call('LLEN', base .. ':wait')
  local paused = redis.call('LLEN', base .. ':paused')
  local row = {
    waiting,
    redis.call('LLEN', base .. ':active'),
    paused,
    redis.call('ZCARD', base .. ':delayed'),
    redis.call('ZCARD', base .. ':completed'),
    redis.call('ZCARD', base .. ':failed'),
  }
  if isBull then
    row[7] = redis.call('ZCARD', base .. ':priority')
    row[8] = -1
    row[9] = redis.call('EXISTS', base .. ':meta-paused')
    row[10] = redis.call('GET', base .. ':id') or '0'
  else
    row[7] = redis.call('ZCARD', base .. ':prioritized')
    row[8] = redis.call('ZCARD', base .. ':waiting-children')
    row[9] = redis.call('HEXISTS', base .. ':meta', 'paused')
    row[10] = '-1'
  end
  local last, nextAt, firstAt, prioritizedAt = false, false, false, false
  if waiting + paused > 0 then
    local list = waiting > 0 and base .. ':wait' or base .. ':paused'
    last = redis.call('LINDEX', list, -1)
    if last and string.sub(last, 1, 2) == '0:' then last = redis.call('LINDEX', list, -2) end
    nextAt = timestamp(base, last)
    local first = redis.call('LINDEX', list, 0)
    if first ~= last then firstAt = timestamp(base, first) end
  end
  if not isBull and row[7] > 0 then
    prioritizedAt = timestamp(base, redis.call('ZRANGE', base .. ':prioritized', 0, 0)[1])
  end
  row[11], row[12], row[13], row[14] = last, nextAt, firstAt, prioritizedAt
  return row
end
local now = redis.call('TIME')
local out = { now[1], now[2] }
for i, base in ipairs(KEYS) do
  -- A key of a foreign type costs its own queue's figures only.
  local ok, row = pcall(read, base, ARGV[i] == 'bull')
  out[i + 2] = ok and row or false
end
return out
`;

/** What is read of one queue; the last four: the next job, and the times of it, of the other end's and of the first prioritized one. */
export type Row = [
  waiting: number,
  active: number,
  paused: number,
  delayed: number,
  completed: number,
  failed: number,
  prioritized: number,
  waitingChildren: number,
  isPaused: number,
  addedEver: string,
  nextJobId: string | null,
  nextAt: string | null,
  otherAt: string | null,
  prioritizedAt: string | null,
];

/** `null`: a key of the queue has a foreign type. */
export type RawReading = {
  counts: Counts;
  isPaused: boolean;
  /** Bull only: jobs ever added. */
  addedEver: number | null;
  /** Next job to run from the list, whose time of entry the collector may know. */
  nextJobId: string | null;
  /** When the oldest job that could be looked at was made (ms, producer's clock); `null` when nothing waits. */
  oldestTimestamp: number | null;
  oldestIsAtLeast: boolean;
};

type QueueKeys = { base: string; kind: 'bull' | 'bullmq' };

/** Connections whose user may not run scripts. */
const withoutScripts = new WeakSet<Redis>();

/**
 * Reads the counts of `queues`, in their order, with the broker's time (ms): in one script, or, where scripts are
 * forbidden, in pipelines of the same reads.
 * @throws when the broker does not answer
 */
export async function readCounts(
  redis: Redis,
  queues: readonly QueueKeys[],
): Promise<{ at: number; readings: (RawReading | null)[] }> {
  let at = 0;
  const readings: (RawReading | null)[] = [];
  for (let start = 0; start < queues.length; start += QUEUES_PER_SCRIPT) {
    const chunk = queues.slice(start, start + QUEUES_PER_SCRIPT);
    const { at: readAt, rows } = await readRows(redis, chunk);
    at = readAt;
    for (const [index, { kind }] of chunk.entries()) {
      const row = rows[index];
      readings.push(row ? toReading(kind, row) : null);
    }
  }
  return { at: queues.length === 0 ? await readBrokerTime(redis) : at, readings };
}

/** The broker's clock in ms. */
export async function readBrokerTime(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time();
  return toMs(seconds, micros);
}

/** Redis TIME (seconds, microseconds) in ms. */
function toMs(seconds: unknown, micros: unknown): number {
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
}

async function readRows(redis: Redis, queues: readonly QueueKeys[]): Promise<{ at: number; rows: (Row | null)[] }> {
  if (!withoutScripts.has(redis)) {
    try {
      const [seconds, micros, ...rows] = await runScript(redis, queues);
      return { at: toMs(seconds, micros), rows: queues.map((_, index) => (rows[index] ?? null) as Row | null) };
    } catch (error) {
      if (!isForbidden(error)) throw error;
      withoutScripts.add(redis);
    }
  }
  const rows = await readRowsPlainly(redis, queues);
  return { at: await readBrokerTime(redis), rows };
}

async function runScript(redis: Redis, queues: readonly QueueKeys[]): Promise<unknown[]> {
  const bases = queues.map(({ base }) => base);
  const kinds = queues.map(({ kind }) => kind);
  const run = countsScript(redis);
  return (await run(bases.length, ...bases, ...kinds)) as unknown[];
}

type ScriptCall = (keyCount: number, ...args: string[]) => Promise<unknown>;

/** ioredis sends EVALSHA, and the text only when the server does not know it. */
function countsScript(redis: Redis): ScriptCall {
  const withScript = redis as Redis & { tailbackReadCounts?: ScriptCall };
  if (!withScript.tailbackReadCounts) redis.defineCommand('tailbackReadCounts', { lua: READ_COUNTS });
  return (keyCount, ...args) => (withScript.tailbackReadCounts as ScriptCall).call(redis, keyCount, ...args);
}

/** Turns a script's row into counts in common words; what a kind does not have is `null`. */
export function toReading(kind: 'bull' | 'bullmq', row: Row): RawReading {
  const [
    waiting,
    active,
    paused,
    delayed,
    completed,
    failed,
    prioritized,
    waitingChildren,
    isPaused,
    added,
    nextJobId,
    next,
    other,
    headOfPrioritized,
  ] = row;
  const timestamps = [next, other, headOfPrioritized]
    .map((text) => (text == null ? NaN : Number(text)))
    .filter((ms) => ms > 0);
  const nextAt = next == null ? NaN : Number(next);
  const oldest = timestamps.length === 0 ? null : Math.min(...timestamps);
  return {
    counts: {
      waiting,
      active,
      paused,
      delayed,
      completed,
      failed,
      prioritized: kind === 'bull' ? null : prioritized,
      waitingChildren: kind === 'bull' ? null : waitingChildren,
    },
    isPaused: isPaused === 1,
    addedEver: kind === 'bull' ? Number(added) : null,
    nextJobId: nextJobId ?? null,
    oldestTimestamp: oldest,
    // Priorities and LIFO put jobs out of the order in which they came.
    oldestIsAtLeast: prioritized > 0 || (oldest !== null && oldest !== nextAt),
  };
}

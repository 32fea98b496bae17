import { createHash } from 'node:crypto';
import { askEach, bySlot, byServer, isRedirection, serverOf } from '../../redis/cluster';
import type { Redis } from '../../redis/connection';
import type { Counts } from '../../domain/queue';
import type { Baseline, Witness } from '../position';
import { isForbidden } from './broker-facts';
import { oldestIn, type OldestJobs } from './oldest-jobs';
import { runOf, type Watched } from './watched';
import { readRowsPlainly } from './read-counts-plainly';

/** Queues read by one script: about a millisecond of the broker's time. */
const QUEUES_PER_SCRIPT = 200;

/**
 * Counts of many queues in one read-only script. KEYS: one base per queue; ARGV: its kind. All reads are O(1), and
 * O(log n) for the head of a sorted set; no call's cost grows with a queue's length. First element: the broker's TIME.
 *
 * In both libraries jobs are taken from the right end of `wait` (index -1). The oldest is looked for at both ends,
 * because LIFO adds and returned jobs can leave an older one at the left. A prioritized set is in order of priority
 * (score = priority × 2³² + a counter) and then of coming: the oldest is the first of some priority, so the first of all
 * and the first of the least urgent ones are looked at.
 */
const READ_COUNTS = `
local function timestamp(base, id)
  if not id then return false end
  return redis.call('HGET', base .. ':' .. id, 'timestamp')
end
local function ends(base, list)
  local last = redis.call('LINDEX', list, -1)
  if last and string.sub(last, 1, 2) == '0:' then last = redis.call('LINDEX', list, -2) end
  local first = redis.call('LINDEX', list, 0)
  return last, timestamp(base, last), first ~= last and timestamp(base, first)
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
  else
    row[7] = redis.call('ZCARD', base .. ':prioritized')
    row[8] = redis.call('ZCARD', base .. ':waiting-children')
    row[9] = redis.call('HEXISTS', base .. ':meta', 'paused')
  end
  row[10] = redis.call('GET', base .. ':id') or '0'
  for i = 11, 23 do row[i] = false end
  if waiting > 0 then
    row[11], row[12], row[13] = ends(base, base .. ':wait')
  end
  if paused > 0 then
    local id
    id, row[14], row[15] = ends(base, base .. ':paused')
    row[11] = row[11] or id
  end
  if row[4] > 0 then row[19] = redis.call('ZRANGE', base .. ':delayed', 0, 0, 'WITHSCORES')[2] end
  if row[2] > 0 then row[21] = redis.call('LINDEX', base .. ':active', -1) end
  if isBull then
    row[22] = not row[11] and (row[21]
      or row[5] > 0 and redis.call('ZRANGE', base .. ':completed', -1, -1)[1]
      or row[6] > 0 and redis.call('ZRANGE', base .. ':failed', -1, -1)[1])
    row[23] = timestamp(base, row[22])
    return row
  end
  if row[7] > 0 then
    local set = base .. ':prioritized'
    local head = redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')
    local tail = redis.call('ZRANGE', set, -1, -1, 'WITHSCORES')
    local lowest = math.floor(tonumber(tail[2]) / 4294967296)
    row[16], row[17] = head[1], timestamp(base, head[1])
    if math.floor(tonumber(head[2]) / 4294967296) < lowest then
      local low = redis.call('ZRANGEBYSCORE', set, string.format('%.0f', lowest * 4294967296), '+inf', 'LIMIT', 0, 1)[1]
      row[18] = timestamp(base, low) or '0'
    end
  end
  if row[8] > 0 then row[20] = redis.call('ZRANGE', base .. ':waiting-children', 0, 0, 'WITHSCORES')[2] end
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

/**
 * What is read of one queue. `…At`: `timestamp` of a job (ms, as text). `next`: the job to run next from the list,
 * `other`: the one at its other end. `lowAt` is there only where several priorities wait, `'0'` where the job is gone.
 * `witness`: in Bull, some job of a queue in which none waits.
 * Scores as text.
 */
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
  pausedNextAt: string | null,
  pausedOtherAt: string | null,
  prioritizedId: string | null,
  prioritizedAt: string | null,
  lowAt: string | null,
  delayedScore: string | null,
  childrenScore: string | null,
  oldestActiveId: string | null,
  witnessId: string | null,
  witnessAt: string | null,
];

/** `null`: a key of the queue has a foreign type. */
export type RawReading = {
  counts: Counts;
  isPaused: boolean;
  /** Bull only: jobs ever added. */
  addedEver: number | null;
  /** The library's own counter of adds; those that made no job are in it. */
  counter: number;
  /** Next jobs to run from the list and from the prioritized set, whose times of entry the collector may know. */
  nextJobId: string | null;
  nextPrioritizedId: string | null;
  oldest: OldestJobs;
  /** Active job that was taken first. */
  oldestActiveId: string | null;
  /** Bull only. */
  witness?: Witness;
};

type QueueKeys = { base: string; kind: 'bull' | 'bullmq' };

/** Connections whose user may not run scripts. */
const withoutScripts = new WeakSet<Redis>();

/**
 * Reads the counts of `queues`, in their order, with their broker's time (ms): in one script, in a Cluster one a slot,
 * or, where scripts are forbidden, in pipelines of the same reads.
 * @returns `at`: the latest of the times
 * @throws when the broker does not answer
 */
export async function readCounts(
  redis: Redis,
  queues: readonly QueueKeys[],
): Promise<{ at: number; readings: ((RawReading & { at: number }) | null)[] }> {
  let at = 0;
  const readings: ((RawReading & { at: number }) | null)[] = queues.map(() => null);
  const ofServer = async (group: [index: number, queue: QueueKeys][]) => {
    for (let start = 0; start < group.length; start += QUEUES_PER_SCRIPT) {
      const chunk = group.slice(start, start + QUEUES_PER_SCRIPT);
      const { at: readAt, rows } = await readRows(
        redis,
        chunk.map(([, queue]) => queue),
      );
      at = Math.max(at, readAt);
      for (const [position, [index, { kind }]] of chunk.entries()) {
        const row = rows[position];
        if (row) readings[index] = { ...toReading(kind, row), at: readAt };
      }
    }
  };
  await Promise.all(byServer(redis, [...queues.entries()], ([, { base }]) => base).map(ofServer));
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

/** `queues` are all of one server. */
async function readRows(redis: Redis, queues: readonly QueueKeys[]): Promise<{ at: number; rows: (Row | null)[] }> {
  if (!withoutScripts.has(redis)) {
    try {
      return await runScripts(redis, queues);
    } catch (error) {
      if (!isForbidden(error)) throw error;
      withoutScripts.add(redis);
    }
  }
  const rows = await readRowsPlainly(redis, queues);
  return { at: await readBrokerTime(serverOf(redis, queues[0]?.base ?? '') ?? redis), rows };
}

const SHA = createHash('sha1').update(READ_COUNTS).digest('hex');

async function runScripts(redis: Redis, queues: readonly QueueKeys[]): Promise<{ at: number; rows: (Row | null)[] }> {
  const parts = bySlot(redis, [...queues.entries()], ([, { base }]) => base);
  const baseOfPart = (part: (typeof parts)[number]) => part[0]?.[1].base ?? '';
  const run = () =>
    askEach(redis, parts, baseOfPart, (pipeline, part) => {
      const bases = part.map(([, { base }]) => base);
      pipeline.evalsha(SHA, bases.length, ...bases, ...part.map(([, { kind }]) => kind));
    });
  let replies = await run();
  if (replies.some(([reply]) => reply?.[0] && /NOSCRIPT/.test(reply[0].message))) {
    await (serverOf(redis, queues[0]?.base ?? '') ?? redis).script('LOAD', READ_COUNTS);
    replies = await run();
  }
  let at = 0;
  const rows: (Row | null)[] = queues.map(() => null);
  for (const [position, [reply]] of replies.entries()) {
    const [error, value] = reply ?? [null, null];
    // What is on its way to another node is read when it is there.
    if (error && isRedirection(error)) continue;
    if (error) throw error;
    const [seconds, micros, ...found] = (value ?? []) as unknown[];
    at = Math.max(at, toMs(seconds, micros));
    for (const [place, [index]] of (parts[position] ?? []).entries())
      rows[index] = (found[place] ?? null) as Row | null;
  }
  return { at, rows };
}

/** Turns a script's row into counts in common words; what a kind does not have is `null`. */
export function toReading(kind: 'bull' | 'bullmq', row: Row): RawReading {
  const [waiting, active, paused, delayed, completed, failed, prioritized, waitingChildren, isPaused, added] = row;
  const [nextJobId, nextPrioritizedId, oldestActiveId] = [row[10], row[15], row[20]];
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
    counter: Number(added),
    addedEver: kind === 'bull' ? Number(added) : null,
    nextJobId: nextJobId ?? null,
    nextPrioritizedId: nextPrioritizedId ?? null,
    oldest: oldestIn(kind, row),
    oldestActiveId: oldestActiveId ?? null,
    ...(kind === 'bull' && witnessIn(row)),
  };
}

/** The job to run next, whose time is read anyway, or one that was looked for because none waits. */
function witnessIn(row: Row): { witness?: Witness } {
  const [jobId, timestamp] = row[10] === null ? [row[21], row[22]] : [row[10], row[11] ?? row[13]];
  return jobId && timestamp && /^\d+$/.test(timestamp) ? { witness: { jobId, timestamp } } : {};
}

/** What is counted of a queue for comparison over an interval. `run`: of the broker. */
export function baselineOf(
  { counts, counter, witness }: Pick<RawReading, 'counts' | 'counter' | 'witness'>,
  run: string,
): Baseline {
  const { completed, failed, ...unfinished } = counts;
  const sum = Object.values(unfinished).reduce<number>((total, count) => total + (count ?? 0), 0);
  return {
    added: counter,
    unfinished: sum,
    completed: completed ?? 0,
    failed: failed ?? 0,
    run,
    ...(witness && { witness }),
  };
}

/** Baselines of `queues`, in their order; `null` where they cannot be read. */
export async function readBaselines(redis: Redis, queues: readonly Watched[]): Promise<(Baseline | null)[]> {
  const { readings } = await readCounts(redis, queues);
  return readings.map((reading, index) => reading && baselineOf(reading, runOf(queues[index] as Watched)));
}

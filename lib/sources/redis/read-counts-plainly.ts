import type { Redis } from '../../redis/connection';
import type { Row } from './read-counts';

type Reply = [Error | null, unknown];

/** Commands a queue of the first pipeline. */
const STRIDE = 21;
const PRIORITY_SCALE = 2 ** 32;

/**
 * The reads of the counting script as three pipelines, for brokers that forbid scripts: O(1) each, in the order of
 * `queues`. `null`: a key of the queue has a foreign type.
 */
export async function readRowsPlainly(
  redis: Redis,
  queues: readonly { base: string; kind: 'bull' | 'bullmq' }[],
): Promise<(Row | null)[]> {
  const first = redis.pipeline();
  for (const { base, kind } of queues) {
    for (const list of ['wait', 'active', 'paused']) first.llen(`${base}:${list}`);
    for (const set of ['delayed', 'completed', 'failed']) first.zcard(`${base}:${set}`);
    first.zcard(`${base}:${kind === 'bull' ? 'priority' : 'prioritized'}`).zcard(`${base}:waiting-children`);
    if (kind === 'bull') first.exists(`${base}:meta-paused`);
    else first.hexists(`${base}:meta`, 'paused');
    first.get(`${base}:id`);
    for (const list of ['wait', 'paused']) first.lrange(`${base}:${list}`, -2, -1).lindex(`${base}:${list}`, 0);
    for (const end of [0, -1]) first.zrange(`${base}:prioritized`, end, end, 'WITHSCORES');
    for (const set of ['delayed', 'waiting-children']) first.zrange(`${base}:${set}`, 0, 0, 'WITHSCORES');
    first.lindex(`${base}:active`, -1);
    for (const set of ['completed', 'failed']) first.zrange(`${base}:${set}`, -1, -1);
  }
  const replies = check(await first.exec());
  const rows = queues.map(({ kind }, index) => toRow(kind, replies.slice(index * STRIDE, (index + 1) * STRIDE)));
  await findLowest(redis, queues, rows);

  const jobs = redis.pipeline();
  for (const [index, { base }] of queues.entries())
    for (const id of rows[index]?.jobs ?? []) jobs.hget(`${base}:${id ?? ''}`, 'timestamp');
  const times = check(await jobs.exec());
  let at = 0;
  return rows.map((row) => {
    if (row === null) return null;
    const [next, other, pausedNext, pausedOther, prioritized, low, witness] = row.jobs.map((id) => {
      const [error, value] = times[at++] ?? [null, null];
      return id === null || error ? null : (value as string | null);
    });
    return [
      ...row.counts,
      row.jobs[0] ?? row.jobs[2],
      next ?? null,
      other ?? null,
      pausedNext ?? null,
      pausedOther ?? null,
      row.jobs[4],
      prioritized ?? null,
      row.jobs[5] === null ? null : (low ?? '0'),
      row.delayedScore,
      row.childrenScore,
      row.oldestActiveId,
      row.jobs[6],
      witness ?? null,
    ];
  });
}

type Id = string | null;
type HalfRow = {
  counts: [number, number, number, number, number, number, number, number, number, string];
  /** Next and other of `wait`, of `paused`, first prioritized, first of the least urgent, in Bull one of those that do not wait. */
  jobs: [Id, Id, Id, Id, Id, Id, Id];
  /** Least urgent priority, where several wait. */
  lowest: number | null;
  delayedScore: string | null;
  childrenScore: string | null;
  oldestActiveId: string | null;
};

function toRow(kind: 'bull' | 'bullmq', replies: readonly Reply[]): HalfRow | null {
  if (replies.some(([error]) => error !== null)) return null;
  const values = replies.map(([, value]) => value);
  const [waiting, active, paused, delayed, completed, failed, prioritized, waitingChildren, isPaused] =
    values as number[];
  const isBull = kind === 'bull';
  const [wait, stopped] = [endsOf(values[10], values[11]), endsOf(values[12], values[13])];
  const others = [values[18] as Id, ...(values.slice(19, 21) as Id[][]).map((ids) => ids[0])];
  const witness = isBull && (wait[0] ?? stopped[0]) === null ? others.find((id) => id != null) : null;
  const [head, tail, due, children] = values.slice(14, 18) as string[][];
  const [urgent, lowest] = [head, tail].map((entry) => Math.floor(Number(entry?.[1]) / PRIORITY_SCALE));
  return {
    counts: [
      waiting as number,
      active as number,
      paused as number,
      delayed as number,
      completed as number,
      failed as number,
      prioritized as number,
      isBull ? -1 : (waitingChildren as number),
      isPaused as number,
      (values[9] as string | null) ?? '0',
    ],
    jobs: [...wait, ...stopped, (isBull ? null : head?.[0]) ?? null, null, witness ?? null],
    lowest: !isBull && urgent !== undefined && lowest !== undefined && urgent < lowest ? lowest : null,
    delayedScore: due?.[1] ?? null,
    childrenScore: (isBull ? null : children?.[1]) ?? null,
    oldestActiveId: (values[18] as string | null) ?? null,
  };
}

/** The next to run and the one at the other end, if it is another. Older BullMQ versions keep a marker `0:…` that is no job. */
function endsOf(tailReply: unknown, headReply: unknown): [string | null, string | null] {
  const tail = tailReply as string[];
  const next = (tail.at(-1)?.startsWith('0:') ? tail.at(-2) : tail.at(-1)) ?? null;
  const head = headReply as string | null;
  return [next, head === next ? null : head];
}

async function findLowest(
  redis: Redis,
  queues: readonly { base: string }[],
  rows: readonly (HalfRow | null)[],
): Promise<void> {
  const asked = rows.flatMap((row, index) => (row?.lowest == null ? [] : [{ row, base: queues[index]?.base ?? '' }]));
  if (asked.length === 0) return;
  const pipeline = redis.pipeline();
  for (const { row, base } of asked)
    pipeline.zrangebyscore(`${base}:prioritized`, (row.lowest as number) * PRIORITY_SCALE, '+inf', 'LIMIT', 0, 1);
  for (const [index, [, ids]] of check(await pipeline.exec()).entries()) {
    const row = asked[index]?.row;
    if (row) row.jobs[5] = (ids as string[] | null)?.[0] ?? null;
  }
}

/** Errors of single commands are the queue's own matter; a broken connection is everybody's. */
function check(replies: Reply[] | null): Reply[] {
  for (const [error] of replies ?? []) if (error && !/WRONGTYPE/.test(error.message)) throw error;
  return replies ?? [];
}

import type { Redis } from '../../redis/connection';
import type { Row } from './read-counts';

type Reply = [Error | null, unknown];

/** Commands of `askQueue`. */
const STRIDE = 14;

/**
 * The reads of the counting script as two pipelines, for brokers that forbid scripts: O(1) each, in the order of
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
    if (kind === 'bull') first.exists(`${base}:meta-paused`).get(`${base}:id`);
    else first.hexists(`${base}:meta`, 'paused').time();
    first
      .lrange(`${base}:wait`, -2, -1)
      .lrange(`${base}:paused`, -2, -1)
      .lindex(`${base}:wait`, 0)
      .zrange(`${base}:prioritized`, 0, 0);
  }
  const replies = check(await first.exec());
  const rows = queues.map(({ kind }, index) => toRow(kind, replies.slice(index * STRIDE, (index + 1) * STRIDE)));

  const second = redis.pipeline();
  for (const [index, { base }] of queues.entries())
    for (const id of rows[index]?.jobs ?? []) second.hget(`${base}:${id ?? ''}`, 'timestamp');
  const times = check(await second.exec());
  let at = 0;
  return rows.map((row) => {
    if (row === null) return null;
    const [nextAt, otherAt, prioritizedAt] = [0, 1, 2].map(() => {
      const [error, value] = times[at++] ?? [null, null];
      return error ? null : (value as string | null);
    });
    const [next, other, prioritized] = row.jobs;
    return [
      ...row.counts,
      next,
      next === null ? null : (nextAt ?? null),
      other === null ? null : (otherAt ?? null),
      prioritized === null ? null : (prioritizedAt ?? null),
    ];
  });
}

type HalfRow = {
  counts: [number, number, number, number, number, number, number, number, number, string];
  jobs: [next: string | null, other: string | null, prioritized: string | null];
};

function toRow(kind: 'bull' | 'bullmq', replies: readonly Reply[]): HalfRow | null {
  if (replies.some(([error]) => error !== null)) return null;
  const values = replies.map(([, value]) => value);
  const [waiting, active, paused, delayed, completed, failed, prioritized, waitingChildren, isPaused] =
    values as number[];
  const [waitTail, pausedTail] = [values[10], values[11]] as string[][];
  const tail = waitTail?.length ? waitTail : (pausedTail ?? []);
  // Older BullMQ versions keep a marker `0:…` at the end that is no job.
  const last = tail.at(-1)?.startsWith('0:') ? tail.at(-2) : tail.at(-1);
  const head = values[12] as string | null;
  return {
    counts: [
      waiting as number,
      active as number,
      paused as number,
      delayed as number,
      completed as number,
      failed as number,
      prioritized as number,
      kind === 'bull' ? -1 : (waitingChildren as number),
      isPaused as number,
      kind === 'bull' ? ((values[9] as string | null) ?? '0') : '-1',
    ],
    jobs: [last ?? null, head === last ? null : head, (kind === 'bullmq' ? (values[13] as string[])[0] : null) ?? null],
  };
}

/** Errors of single commands are the queue's own matter; a broken connection is everybody's. */
function check(replies: Reply[] | null): Reply[] {
  for (const [error] of replies ?? []) if (error && !/WRONGTYPE/.test(error.message)) throw error;
  return replies ?? [];
}

import type { Queue } from '../../../domain/queue';
import { queueLabel } from '../../../domain/queue-key';
import { AppError, isAppError, messageOf } from '../../../domain/errors';
import type { Scheduler, SchedulersPage } from '../../../domain/scheduler';
import type { ApiContext } from '../context';
import { deskOf, refOf } from '../queue-ref';
import { viewSchedulers } from './view';

/** Counts are asked anew after this time: many browsers look, and schedulers come and go slowly. */
const COUNTS_KEPT_MS = 2_000;

type Counted = { counts: Map<string, number>; unread: SchedulersPage['unread'] };
const counted = new WeakMap<object, { at: number; key: string; promise: Promise<Counted> }>();

/**
 * One page of the schedulers of `queues`: queue by queue in the order of their names, in each by the next time. Costs
 * one O(1) read a queue, and what the page holds.
 */
export async function pageOfSchedulers(
  context: ApiContext,
  queues: readonly Queue[],
  offset: number,
  limit: number,
  now: number,
): Promise<SchedulersPage> {
  const ordered = [...queues].sort((a, b) => (queueLabel(a.id) < queueLabel(b.id) ? -1 : 1));
  const { counts, unread } = await countAll(context, ordered, now);
  const missing = [...unread];
  let skip = offset;
  const schedulers: Scheduler[] = [];
  for (const queue of ordered) {
    const count = counts.get(queue.key) ?? 0;
    if (skip >= count) {
      skip -= count;
      continue;
    }
    if (schedulers.length >= limit) break;
    try {
      const stored = await deskOf(context, queue).schedulers.list(refOf(queue), skip, limit - schedulers.length);
      schedulers.push(...(await viewSchedulers(context, queue, stored, now)));
    } catch (error) {
      // It went down after it was counted.
      if (!isAppError(error) || error.code !== 'source-down') throw error;
      const { source } = queue.id;
      if (!missing.some((one) => one.source === source)) missing.push({ source, reason: error.message });
    }
    skip = 0;
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const next = offset + limit;
  return { at: now, schedulers, total, nextCursor: next < total ? String(next) : null, unread: missing };
}

/** For whoever has just changed how many there are, and looks next. */
export function forgetCounts({ desks }: ApiContext): void {
  counted.delete(desks);
}

/** @throws AppError `bad-request` */
export function readCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (!/^\d{1,9}$/.test(cursor)) throw new AppError('bad-request', 'The cursor is not one that this list gave out.');
  return Number(cursor);
}

/** A source that does not answer costs its own schedulers, and is named. */
async function countAll(context: ApiContext, queues: readonly Queue[], now: number): Promise<Counted> {
  const key = queues.map((queue) => queue.key).join(' ');
  const known = counted.get(context.desks);
  if (known && known.key === key && now - known.at < COUNTS_KEPT_MS) return known.promise;
  const promise = countNow(context, queues);
  counted.set(context.desks, { at: now, key, promise });
  return promise;
}

async function countNow(context: ApiContext, queues: readonly Queue[]): Promise<Counted> {
  const counts = new Map<string, number>();
  const unread: SchedulersPage['unread'] = [];
  const bySource = new Map<string, Queue[]>();
  for (const queue of queues) {
    const list = bySource.get(queue.id.source);
    if (list) list.push(queue);
    else bySource.set(queue.id.source, [queue]);
  }
  await Promise.all(
    [...bySource].map(async ([source, list]) => {
      try {
        const desk = deskOf(context, list[0] as Queue);
        const found = await desk.schedulers.counts(list.map(refOf));
        for (const [index, queue] of list.entries()) counts.set(queue.key, found[index] ?? 0);
      } catch (error) {
        unread.push({ source, reason: messageOf(error) });
      }
    }),
  );
  return { counts, unread };
}

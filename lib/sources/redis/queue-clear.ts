import type { Redis } from '../../redis/connection';
import { AppError } from '../../domain/errors';
import { countWords } from '../../domain/words';
import type { CleanableState, ClearingPreview, ClearingStep } from '../../domain/control';
import type { ClearingTask } from '../controls';
import type { QueueRef } from '../source';
import { nextBatchSize } from '../../domain/gentle';
import { clearChunk } from './clear-states';
import type { Clearer } from './remove-many';
import { jobSetOf, results } from './job-sets';
import { baseOf } from './keys';
import { obliterateChunk } from './obliterate';
import { scheduledJobIds } from './scheduled-jobs';

/** Jobs that the first script of a part takes; the next take as many as its time of the broker allows. */
const FIRST_CHUNK = 50;
const MAX_CHUNK = 1_000;

/** Where a clearing stands: in which of its states, at which position of it. */
type Position = { state: number; within: string | null };

/** What a clearing would take, without taking it. Counts are O(1), and O(log n) for finished jobs by age. */
export async function previewClearing(redis: Redis, ref: QueueRef, task: ClearingTask): Promise<ClearingPreview> {
  const base = baseOf(ref.id);
  const states = statesOf(ref, task);
  const pipeline = redis.pipeline().llen(`${base}:active`).zcard(`${base}:repeat`).zcard(`${base}:waiting-children`);
  for (const state of states) {
    const set = jobSetOf(ref.kind, state);
    const key = `${base}:${set.key}`;
    if (set.type === 'list') pipeline.llen(key);
    else if (set.score === 'finishedOn' && task.what === 'clean') pipeline.zcount(key, '-inf', task.until);
    else pipeline.zcard(key);
  }
  const [active = 0, schedulers = 0, parents = 0, ...counts] = (await results(pipeline)) as number[];
  const all = counts.reduce((sum, count) => sum + count, 0);
  const isFinished = task.what === 'clean' && (task.state === 'completed' || task.state === 'failed');
  const spares = task.what !== 'obliterate' && !isFinished && all > 0;
  const keptForSchedulers = spares ? await countSpared(redis, ref, states) : 0;
  const refusal =
    task.what === 'obliterate' && !task.force && active > 0
      ? `${countWords(active, 'job')} ${active === 1 ? 'is' : 'are'} being worked on. Wait until they have ended, or force it.`
      : null;
  return {
    count: all - keptForSchedulers + (task.what === 'obliterate' ? active : 0),
    isAtMost: task.what === 'clean' && !isFinished && task.olderThanMs > 0,
    active,
    keptForSchedulers,
    schedulers,
    parents: ref.kind === 'bull' ? null : parents,
    refusal,
  };
}

/** One part of a clearing, see `QueueControls.clear`. */
export async function clearPart(
  clearer: Clearer,
  task: ClearingTask,
  cursor: string | null,
  budgetMs: number,
): Promise<ClearingStep> {
  const end = performance.now() + budgetMs;
  let size = FIRST_CHUNK;
  if (task.what === 'obliterate') {
    let step: ClearingStep & { ms: number };
    let removed = 0;
    do {
      step = await obliterateChunk(clearer, task.force, size);
      removed += step.removed;
      size = nextBatchSize(size, step.ms, MAX_CHUNK);
    } while (step.cursor !== null && performance.now() < end);
    return { removed, left: step.left, cursor: step.cursor };
  }
  const states = statesOf(clearer.ref, task);
  const isFinished = task.what === 'clean' && (task.state === 'completed' || task.state === 'failed');
  let position: Position | null = cursor === null ? { state: 0, within: null } : decode(cursor, states.length);
  let removed = 0;
  do {
    const spared = isFinished ? new Set<string>() : await scheduledJobIds(clearer.redis, clearer.ref);
    const chunk = await clearChunk(clearer, {
      state: states[position.state] as CleanableState,
      until: task.what === 'clean' ? task.until : Infinity,
      spared,
      cursor: position.within,
      size,
    });
    removed += chunk.removed;
    // Without a time it was one script a job, each short.
    size = chunk.ms === null ? Math.min(MAX_CHUNK, size * 2) : nextBatchSize(size, chunk.ms, MAX_CHUNK);
    position = next(position, chunk.cursor, states.length);
  } while (position !== null && performance.now() < end);
  const { count } = await previewClearing(clearer.redis, clearer.ref, task);
  return { removed, left: count, cursor: position === null ? null : encode(position) };
}

function next({ state }: Position, within: string | null, states: number): Position | null {
  if (within !== null) return { state, within };
  return state + 1 < states ? { state: state + 1, within: null } : null;
}

function statesOf({ kind }: QueueRef, task: ClearingTask): CleanableState[] {
  if (task.what === 'clean') {
    jobSetOf(kind, task.state);
    return [task.state];
  }
  const waiting: CleanableState[] = kind === 'bull' ? ['waiting', 'paused'] : ['waiting', 'paused', 'prioritized'];
  if (task.what === 'drain') return task.delayed ? [...waiting, 'delayed'] : waiting;
  return [...waiting, 'delayed', 'completed', 'failed'];
}

/** How many of the jobs that schedulers need lie in `states`. */
async function countSpared(redis: Redis, ref: QueueRef, states: readonly CleanableState[]): Promise<number> {
  const ids = [...(await scheduledJobIds(redis, ref))];
  if (ids.length === 0) return 0;
  const base = baseOf(ref.id);
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.zscore(`${base}:delayed`, id).hmget(`${base}:${id}`, 'timestamp', 'processedOn');
  const replies = await results(pipeline);
  return ids.filter((_, index) => {
    if (replies[index * 2] !== null) return states.includes('delayed');
    const [timestamp, processedOn] = replies[index * 2 + 1] as (string | null)[];
    return timestamp !== null && processedOn === null && states.some((state) => state !== 'delayed');
  }).length;
}

function encode({ state, within }: Position): string {
  return Buffer.from(JSON.stringify([state, within])).toString('base64url');
}

function decode(text: string, states: number): Position {
  try {
    const [state, within] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    if (Number.isInteger(state) && (state as number) >= 0 && (state as number) < states)
      if (within === null || typeof within === 'string') return { state: state as number, within };
  } catch {
    // reported below
  }
  throw new AppError('bad-request', 'The cursor is not one that this clearing gave out.', {
    invalidParams: [{ path: 'cursor', message: 'expected the cursor of the step before' }],
  });
}

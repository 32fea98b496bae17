import type { ClearingStep } from '../../domain/control';
import { AppError, messageOf } from '../../domain/errors';
import { countWords } from '../../domain/words';
import { brokerTime } from './broker-time';
import type { Clearer } from './remove-many';
import { results } from './job-sets';
import { baseOf } from './keys';
import type { LibraryQueue } from './libraries';

type Part = { count: number; force: boolean };

/**
 * One script of the library's "obliterate" over at most `count` jobs, which it runs again and again itself. The queue has to be paused, and is.
 * @throws AppError `unsupported` when jobs are active and `force` is not given; the queue is left as it was then
 */
export async function obliterateChunk(
  { redis, ref, library, writer }: Clearer,
  force: boolean,
  count: number,
): Promise<ClearingStep & { ms: number }> {
  const base = baseOf(ref.id);
  const before = await countJobs();
  if (!force && before.active > 0) throw refusal(before.active);
  if (!before.isPaused) await writer.setPaused(true);
  let rest: { value: number; ms: number };
  try {
    rest = await brokerTime(redis, () => runPart(library, { count, force }));
  } catch (error) {
    if (!/active jobs/.test(messageOf(error))) throw error;
    // A worker took a job between the look and the pause.
    if (!before.isPaused) await writer.setPaused(false);
    throw refusal((await countJobs()).active);
  }
  const after = await countJobs();
  return {
    removed: Math.max(0, before.all - after.all),
    left: after.all,
    cursor: rest.value === 0 ? null : 'more',
    ms: rest.ms,
  };

  async function countJobs(): Promise<{ all: number; active: number; isPaused: boolean }> {
    const lists = ['active', 'wait', 'paused'];
    const sets = ['delayed', 'completed', 'failed', 'prioritized'];
    const pipeline = redis.pipeline();
    for (const key of lists) pipeline.llen(`${base}:${key}`);
    for (const key of sets) pipeline.zcard(`${base}:${key}`);
    pipeline.exists(`${base}:meta-paused`).hexists(`${base}:meta`, 'paused');
    const counts = (await results(pipeline)) as number[];
    const [bullPaused, bullMqPaused] = counts.splice(-2);
    return {
      all: counts.reduce((sum, count) => sum + count, 0),
      active: counts[0] ?? 0,
      isPaused: ref.kind === 'bull' ? bullPaused === 1 : bullMqPaused === 1,
    };
  }
}

function refusal(active: number): AppError {
  return new AppError(
    'unsupported',
    `${countWords(active, 'job')} ${active === 1 ? 'is' : 'are'} being worked on. Wait until they have ended, or force it.`,
  );
}

/** The libraries' public call takes everything before it returns; this is the one script inside it. */
function runPart(library: LibraryQueue, part: Part): Promise<number> {
  type Scripts = { obliterate(part: Part): Promise<number> };
  if (library.library === 'bullmq6') return (library.queue as unknown as { backend: Scripts }).backend.obliterate(part);
  if (library.library === 'bullmq5') return (library.queue as unknown as { scripts: Scripts }).scripts.obliterate(part);
  type BullInside = {
    keys: Record<string, string>;
    toKey(name: string): string;
    client: { obliterate(args: unknown[]): Promise<number> };
  };
  const { keys, client, toKey } = library.queue as unknown as BullInside;
  const base = toKey.call(library.queue, '');
  return client.obliterate([keys['meta-paused'], base, part.count, part.force ? 'force' : '']).then((result) => {
    if (result === -2) throw new Error('Cannot obliterate queue with active jobs');
    if (result === -1) throw new Error('Cannot obliterate non-paused queue');
    return result;
  });
}

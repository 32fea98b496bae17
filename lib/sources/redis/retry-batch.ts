import type Bull from 'bull';
import retryJobs from 'bull/lib/scripts/retryJobs-5.js';
import { AppError } from '../../domain/errors';
import type { LibraryQueue } from './libraries';

/** `done: null`: the library does not say how many the last run took. */
type BatchAnswer = { isMore: boolean; done: number | null };
/** One run of BullMQ's script `moveJobsToWait`; 1: there may be more. `Queue.retryJobs` runs it until all are done. */
type RetryFinished = (state: 'failed' | 'completed', count: number, until: number) => Promise<number>;

/**
 * One run of the library's own script over at most `count` jobs that had finished at `until` (ms), the oldest first:
 * back to where workers take them.
 */
export async function retryBatch(
  opened: LibraryQueue,
  state: 'failed' | 'completed',
  count: number,
  until: number,
): Promise<BatchAnswer> {
  if (opened.library === 'bull') {
    if (state !== 'failed') throw new AppError('unsupported', 'Bull retries failed jobs only.');
    const done = await retryFailedOfBull(opened.queue, count, until);
    return { done, isMore: done === count };
  }
  const isMore =
    opened.library === 'bullmq6'
      ? (await opened.queue.backend.retryFinishedJobs(state, count, until)) === 1
      : (await (opened.queue as unknown as { scripts: { retryJobs: RetryFinished } }).scripts.retryJobs(
          state,
          count,
          until,
        )) === 1;
  return { isMore, done: isMore ? count : null };
}

const NAME = 'tailbackRetryFailed';

/**
 * Bull's own script takes the oldest failed jobs, however new they are. In front of it, in the same step, its count is
 * cut to the jobs that had failed at ARGV[2]: none that fails meanwhile is taken. Returns how many it took.
 */
const BOUNDED = `
local due = math.min(tonumber(ARGV[1]), redis.call('ZCOUNT', KEYS[2], '-inf', ARGV[2]))
if due == 0 then return 0 end
ARGV[1] = tostring(due)
local function retry()
${retryJobs.content}
end
retry()
return due
`;

type WithCommand = Record<typeof NAME, (...args: (string | number)[]) => Promise<number>>;

async function retryFailedOfBull(queue: Bull.Queue, count: number, until: number): Promise<number> {
  const { client } = queue;
  if (!(NAME in client)) client.defineCommand(NAME, { numberOfKeys: 5, lua: BOUNDED });
  const keys = ['', 'failed', 'wait', 'meta-paused', 'paused'].map((name) => queue.toKey(name));
  return (client as unknown as WithCommand)[NAME](...keys, count, until);
}

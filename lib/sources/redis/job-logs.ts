import type { Redis } from '../../redis/connection';
import { results } from './job-sets';

const MAX_LINES = 100;
const MAX_LINE_CHARS = 4_000;
/** Lines are read whole before they are cut; this bounds what is read of a log with huge ones. */
const MAX_BYTES = 1_000_000;

/** The last lines of a job's log (newest last) and how many there are in all. `key`: a list of lines. */
export async function readLogs(redis: Redis, key: string): Promise<{ lines: string[]; count: number }> {
  const [count, bytes] = await Promise.all([redis.llen(key), sizeOf(redis, key)]);
  if (count === 0) return { lines: [], count };
  const fitting = Math.min(MAX_LINES, Math.floor(MAX_BYTES / Math.max(1, bytes / count)));
  if (fitting === 0) return { lines: [`(log of about ${bytes} bytes in ${count} lines)`], count };
  const [lines] = (await results(redis.pipeline().lrange(key, -fitting, -1))) as [string[]];
  return { lines: lines.map((line) => line.slice(0, MAX_LINE_CHARS)), count };
}

/** Bytes as estimated by the broker from samples; 0 where it does not tell. */
async function sizeOf(redis: Redis, key: string): Promise<number> {
  try {
    return Number((await redis.memory('USAGE', key)) ?? 0);
  } catch {
    return 0;
  }
}

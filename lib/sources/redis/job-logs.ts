import type { JobLogs } from '../../domain/job-parts';
import type { Redis } from '../../redis/connection';
import type { LogRequest } from '../job-parts';

const MAX_LINE_CHARS = 4_000;
/** Lines are read whole before they are cut; this bounds what one read brings of a log with huge ones. */
const CHUNK_BYTES = 1_000_000;
const CHUNK_LINES = 500;
/** Of a log that is searched, one answer passes over at most so much. */
const SCAN_LINES = 10_000;
const SCAN_BYTES = 8_000_000;

/**
 * A page of a job's log, O(page), or the lines of a part of it that hold a text. `key`: a list, oldest line first.
 * A log that is trimmed while it is read shifts: pages are by place.
 */
export async function readLogs(redis: Redis, key: string, { order, from, limit, text }: LogRequest): Promise<JobLogs> {
  const [total, bytes] = await Promise.all([redis.llen(key), sizeOf(redis, key)]);
  const chunk = Math.max(1, Math.min(CHUNK_LINES, Math.floor(CHUNK_BYTES / Math.max(1, bytes / Math.max(1, total)))));
  const wanted = text?.toLowerCase() ?? null;
  const step = order === 'newest' ? -1 : 1;
  const lines: JobLogs['lines'] = [];
  let index = Math.max(
    0,
    Math.min(from ?? (order === 'newest' ? total - 1 : 0), order === 'newest' ? total - 1 : total),
  );
  let scanned = 0;
  let scannedChars = 0;
  const isInside = () => index >= 0 && index < total;
  while (isInside() && lines.length < limit && scanned < SCAN_LINES && scannedChars < SCAN_BYTES) {
    const size = wanted === null ? Math.min(chunk, limit - lines.length) : chunk;
    const [start, end] = order === 'newest' ? [Math.max(0, index - size + 1), index] : [index, index + size - 1];
    const read = await redis.lrange(key, start, end);
    if (read.length === 0) break;
    if (order === 'newest') read.reverse();
    for (const line of read) {
      if (lines.length === limit) break;
      if (wanted === null || line.toLowerCase().includes(wanted))
        lines.push({ index, text: line.slice(0, MAX_LINE_CHARS), isCut: line.length > MAX_LINE_CHARS });
      index += step;
      scanned += 1;
      scannedChars += line.length;
    }
    if (wanted === null && scannedChars >= CHUNK_BYTES) break;
  }
  return { lines, total, scanned, next: isInside() ? index : null };
}

/** Bytes as estimated by the broker from samples; 0 where it does not tell. */
async function sizeOf(redis: Redis, key: string): Promise<number> {
  try {
    return Number((await redis.memory('USAGE', key)) ?? 0);
  } catch {
    return 0;
  }
}

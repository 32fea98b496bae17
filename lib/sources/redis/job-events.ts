import { AppError } from '../../domain/errors';
import type { JobEventEntry, JobEvents } from '../../domain/job-parts';
import type { Redis } from '../../redis/connection';
import type { QueueRef } from '../source';
import { toNumber } from './job-rows';
import { results } from './job-sets';
import { baseOf } from './keys';

/** Entries read for one answer; BullMQ keeps about 10,000 unless told otherwise. */
const MAX_ENTRIES = 20_000;
const MAX_EVENTS = 300;
const BUDGET_MS = 1_200;
/** A producer's clock may be ahead of the broker's. */
const CLOCK_SLACK_MS = 60_000;
/** A step that took longer than this is followed by a smaller one: entries hold return values of any size. */
const STEP_MS = 5;

/**
 * Entries of one job out of the next ARGV[3] of a stream: the rest, and what they hold of return values, stays in
 * Redis. Answers the last id seen, how many were read, and flat events.
 */
const PICK = `
local entries = redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[3])
local found = {}
local last = ''
for _, entry in ipairs(entries) do
  last = entry[1]
  local fields = entry[2]
  local event, mine, prev, detail = '', false, '', ''
  for i = 1, #fields, 2 do
    local name, value = fields[i], fields[i + 1]
    if name == 'event' then event = value
    elseif name == 'jobId' then mine = value == ARGV[2]
    elseif name == 'prev' then prev = value
    elseif name == 'failedReason' or name == 'delay' then detail = string.sub(value, 1, 2000) end
  end
  if mine and event ~= 'progress' then found[#found + 1] = {entry[1], event, prev, detail} end
end
return {last, #entries, found}
`;

/**
 * What the queue's event stream says about one job: the only record of when its earlier attempts ran, as far back as
 * the stream reaches.
 * @throws AppError `not-found`; `unsupported` for Bull, which keeps no events
 */
export async function readJobEvents(redis: Redis, queue: QueueRef, jobId: string): Promise<JobEvents> {
  if (queue.kind !== 'bullmq')
    throw new AppError('unsupported', 'Bull keeps no record of events: only the times in the job itself are known.');
  const base = baseOf(queue.id);
  const stream = `${base}:events`;
  const pipeline = redis.pipeline().hget(`${base}:${jobId}`, 'timestamp').xrange(stream, '-', '+', 'COUNT', 1);
  const [timestamp, [oldest] = []] = (await results(pipeline)) as [string | null, [string, string[]][]];
  if (timestamp === null) throw new AppError('not-found', `Job ${jobId} does not exist (any more).`);
  if (!oldest) return { events: [], scanned: 0, reachesBackTo: null, isComplete: false };
  const addedAt = toNumber(timestamp) ?? 0;
  const reachesBackTo = timeOf(oldest[0]);
  const events: JobEventEntry[] = [];
  let from = String(Math.max(0, Math.floor(addedAt) - CLOCK_SLACK_MS));
  let step = 50;
  let scanned = 0;
  let isAtEnd = false;
  const until = Date.now() + BUDGET_MS;
  while (!isAtEnd && scanned < MAX_ENTRIES && events.length < MAX_EVENTS && Date.now() < until) {
    const startedAt = performance.now();
    const [last, count, found] = (await redis.eval(PICK, 1, stream, from, jobId, step)) as [
      string,
      number,
      [string, string, string, string][],
    ];
    scanned += count;
    isAtEnd = count < step;
    for (const [id, event, prev, detail] of found)
      events.push({ at: timeOf(id), event, from: prev === '' ? null : prev, detail: detail === '' ? null : detail });
    from = `(${last}`;
    step = performance.now() - startedAt > STEP_MS ? Math.max(10, Math.floor(step / 2)) : Math.min(400, step * 2);
  }
  return { events, scanned, reachesBackTo, isComplete: isAtEnd && events[0]?.event === 'added' };
}

function timeOf(streamId: string): number {
  return Number(streamId.split('-')[0]);
}

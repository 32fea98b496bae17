import type { Redis } from '../../redis/connection';
import { AppError, messageOf } from '../../domain/errors';
import type { Job, JobField } from '../../domain/job';
import type { JobFieldName, QueueRef } from '../source';
import { allowedActions } from './job-actions';
import { parseOptions, readRows, toNumber } from './job-rows';
import { jobSetOf, results } from './job-sets';
import { readLogs } from './job-logs';
import { placeOf } from './job-state';
import { baseOf } from './keys';

/** Fields up to this size come with the job; larger ones are asked for on their own. */
const INLINE_BYTES = 64 * 1024;

const FIELD_KEYS: Record<JobFieldName, string> = { data: 'data', result: 'returnvalue', options: 'opts' };

/** One job, whole but for payloads over 64 KB. @throws AppError `not-found` */
export async function readJob(redis: Redis, { id, kind, readOnlyReason }: QueueRef, jobId: string): Promise<Job> {
  const base = baseOf(id);
  const key = `${base}:${jobId}`;
  const place = await placeOf(redis, base, kind, jobId);
  if (place === null || place.isOrphan) throw new AppError('not-found', `Job ${jobId} does not exist (any more).`);
  const { state } = place;
  const set = jobSetOf(kind, state);
  const sized = ['data', 'returnvalue', 'opts', 'failedReason', 'stacktrace'];
  const first = redis.pipeline();
  for (const field of sized) first.hstrlen(key, field);
  first.hmget(key, 'stalledCounter', 'stc', 'parentKey');
  if (set.type === 'zset') first.zscore(`${base}:${set.key}`, jobId);
  const [dataBytes, resultBytes, optsBytes, reasonBytes, traceBytes, counters, score] = await results(first);
  const [stalledCounter, stc, parentKey] = counters as (string | null)[];
  const [row] = await readRows(redis, base, state, set, [
    { id: jobId, score: score == null ? null : Number(score as string) },
  ]);
  if (!row || row.isOrphan) throw new AppError('not-found', `Job ${jobId} does not exist any more.`);
  const inline = (field: string, bytes: unknown) => readInline(redis, key, field, bytes as number);
  const [logs, data, result, options, reason, trace] = await Promise.all([
    readLogs(redis, `${key}:logs`),
    inline('data', dataBytes),
    inline('returnvalue', resultBytes),
    inline('opts', optsBytes),
    inline('failedReason', reasonBytes),
    inline('stacktrace', traceBytes),
  ]);
  const parsed = parseOptions(options?.text ?? null);
  const { dataPreview: _, ...rest } = row;
  return {
    ...rest,
    attempts: parsed.attempts ?? rest.attempts,
    priority: rest.priority ?? parsed.priority,
    failedReason: reason === null ? null : reason.isCut ? `(error text of ${reason.bytes} bytes)` : reason.text,
    data,
    result,
    options,
    stacktrace: toTraces(trace),
    logs: logs.lines,
    logCount: logs.count,
    stalledCount: toNumber(stc ?? stalledCounter),
    parent: parentKey ?? null,
    actions: readOnlyReason === null ? allowedActions(kind, state) : [],
  };
}

async function readInline(redis: Redis, key: string, field: string, bytes: number): Promise<JobField | null> {
  if (bytes === 0) return null;
  if (bytes > INLINE_BYTES) return { text: '', bytes, isCut: true };
  return { text: (await redis.hget(key, field)) ?? '', bytes, isCut: false };
}

/** The hash keeps a JSON array of stack texts, oldest first. */
function toTraces(field: JobField | null): string[] {
  if (field === null) return [];
  if (field.isCut) return [`(stack traces of ${field.bytes} bytes)`];
  try {
    const traces: unknown = JSON.parse(field.text);
    return Array.isArray(traces) ? traces.map(String) : [field.text];
  } catch {
    return [field.text];
  }
}

/** A field as stored, for download. @throws AppError `not-found` */
export async function readField(redis: Redis, { id }: QueueRef, jobId: string, name: JobFieldName): Promise<Buffer> {
  let value: Buffer | null = null;
  try {
    value = await redis.hgetBuffer(`${baseOf(id)}:${jobId}`, FIELD_KEYS[name]);
  } catch (error) {
    // The id is the name of one of the queue's own keys.
    if (!/WRONGTYPE/.test(messageOf(error))) throw error;
  }
  if (value === null) throw new AppError('not-found', `Job ${jobId} has no ${name} (any more).`);
  return value;
}

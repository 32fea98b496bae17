import { AppError, messageOf } from '../../domain/errors';
import { fingerprintOf } from '../../failures/fingerprint';
import type { Job, JobField } from '../../domain/job';
import type { Redis } from '../../redis/connection';
import type { JobFieldName, QueueRef, StoredField } from '../source';
import { hashOf } from './data-hash';
import { readTextsOf } from './failure-texts';
import { allowedActions } from './job-actions';
import { parseOptions, readRows, toNumber, toProgress } from './job-rows';
import { jobSetOf, results } from './job-sets';
import { placeOf } from './job-state';
import { baseOf } from './keys';
import { madeBy } from './made-by';

/** Fields up to this size come with the job; larger ones are asked for on their own. */
const INLINE_BYTES = 64 * 1024;

const FIELD_KEYS: Record<JobFieldName, string> = {
  data: 'data',
  result: 'returnvalue',
  options: 'opts',
  error: 'failedReason',
  stacktrace: 'stacktrace',
};

/** Small fields that only one of the libraries writes, or that only a job's own page shows. */
const MORE_FIELDS = ['stalledCounter', 'stc', 'ats', 'retriedOn', 'delay', 'parentKey', 'rjk', 'deid', 'pb'] as const;

/** One job, whole but for payloads over 64 KB. @throws AppError `not-found` */
export async function readJob(redis: Redis, { id, kind, readOnlyReason }: QueueRef, jobId: string): Promise<Job> {
  const base = baseOf(id);
  const key = `${base}:${jobId}`;
  const place = await placeOf(redis, base, kind, jobId);
  if (place === null || place.isOrphan) throw new AppError('not-found', `Job ${jobId} does not exist (any more).`);
  const { state } = place;
  const set = jobSetOf(kind, state);
  const sized = ['data', 'returnvalue', 'opts', 'failedReason', 'stacktrace', 'progress'];
  const first = redis.pipeline().llen(`${key}:logs`);
  for (const field of sized) first.hstrlen(key, field);
  first.hmget(key, ...MORE_FIELDS);
  if (set.type === 'zset') first.zscore(`${base}:${set.key}`, jobId);
  const [logCount, dataBytes, resultBytes, optsBytes, errorBytes, traceBytes, progressBytes, more, score] =
    await results(first);
  const [row] = await readRows(redis, base, state, set, [
    { id: jobId, score: score == null ? null : Number(score as string) },
  ]);
  if (!row || row.isOrphan) throw new AppError('not-found', `Job ${jobId} does not exist any more.`);
  const inline = (field: string, bytes: unknown) => readInline(redis, key, field, bytes as number);
  const [data, result, options, error, trace, progress] = await Promise.all([
    inline('data', dataBytes),
    inline('returnvalue', resultBytes),
    inline('opts', optsBytes),
    inline('failedReason', errorBytes),
    inline('stacktrace', traceBytes),
    inline('progress', progressBytes),
  ]);
  const [stalledCounter, stc, ats, retriedOn, delay, parentKey, rjk, deid, pb] = more as (string | null)[];
  const optionsText = options?.field.text ?? null;
  const parsed = parseOptions(optionsText);
  const made = madeBy(optionsText);
  const { dataPreview: _, ...rest } = row;
  return {
    ...rest,
    attempts: parsed.attempts ?? rest.attempts,
    priority: rest.priority ?? parsed.priority,
    progress: progress?.field.isCut
      ? `(progress of ${progress.field.bytes} bytes)`
      : toProgress(progress?.field.text ?? null, INLINE_BYTES),
    data: data?.field ?? null,
    dataHash: data === null || data.field.isCut ? null : data.hash,
    result: result?.field ?? null,
    options: options?.field ?? null,
    error: error?.field ?? null,
    stacktrace: trace === null || trace.field.isCut ? [] : toTraces(trace.field.text),
    stacktraceBytes: traceBytes as number,
    stacktraceIsCut: trace?.field.isCut ?? false,
    logCount: logCount as number,
    stalledCount: toNumber(stc ?? stalledCounter),
    attemptsStarted: toNumber(ats),
    retriedOn: toNumber(retriedOn),
    delay: toNumber(delay),
    processedBy: pb ?? null,
    parent: parentKey ?? null,
    scheduler: rjk ?? made.scheduler,
    deduplicationId: deid ?? made.deduplicationId,
    removal: null,
    failure: state === 'failed' ? await failureOf(redis, base, jobId) : null,
    actions: readOnlyReason === null ? allowedActions(kind, state) : [],
  };
}

/** The group that lists and the collector put the job's failure into: from the same texts, read the same way. */
async function failureOf(redis: Redis, base: string, jobId: string): Promise<Job['failure']> {
  const [texts] = await readTextsOf(redis, base, [jobId]);
  if (!texts?.exists || (texts.reason === null && texts.stack === null)) return null;
  const { fingerprint, title } = fingerprintOf(texts);
  return { fingerprint, title };
}

async function readInline(
  redis: Redis,
  key: string,
  field: string,
  bytes: number,
): Promise<{ field: JobField; hash: string } | null> {
  if (bytes === 0) return null;
  if (bytes > INLINE_BYTES) return { field: { text: '', bytes, isCut: true }, hash: '' };
  const stored = (await redis.hgetBuffer(key, field)) ?? Buffer.alloc(0);
  return { field: { text: stored.toString(), bytes, isCut: false }, hash: hashOf(stored) };
}

/** The hash keeps a JSON array of stack texts, oldest first. */
function toTraces(text: string): string[] {
  try {
    const traces: unknown = JSON.parse(text);
    return Array.isArray(traces) ? traces.filter(Boolean).map(String) : [text];
  } catch {
    return [text];
  }
}

/** A field as stored, for download. @throws AppError `not-found` */
export async function readField(
  redis: Redis,
  { id }: QueueRef,
  jobId: string,
  name: JobFieldName,
): Promise<StoredField> {
  let bytes: Buffer | null = null;
  try {
    bytes = await redis.hgetBuffer(`${baseOf(id)}:${jobId}`, FIELD_KEYS[name]);
  } catch (error) {
    // The id is the name of one of the queue's own keys.
    if (!/WRONGTYPE/.test(messageOf(error))) throw error;
  }
  if (bytes === null) throw new AppError('not-found', `Job ${jobId} has no ${name} (any more).`);
  return { bytes, hash: hashOf(bytes) };
}

import { createHash } from 'node:crypto';
import type { ScheduledJob } from '../source';

/** What the key of a repeatable job says. `name` may hold colons; a job id with one is taken for a part of the name. */
export type RepeatKey = {
  name: string;
  jobId: string | null;
  endAt: number | null;
  tz: string | null;
  pattern: string | null;
  everyMs: number | null;
};

/**
 * Bull: `name:jobId:endDate:tz:cron` or `name:jobId:endDate:every`. BullMQ up to its third major has an empty zone
 * before `every` as well. Read from the right, since names may hold colons. `null` when it is no such key.
 */
export function parseRepeatKey(key: string, library: 'bull' | 'bullmq'): RepeatKey | null {
  const parts = key.split(':');
  const last = parts.pop();
  if (last === undefined || last === '') return null;
  const isEvery = /^\d+$/.test(last);
  const tz = isEvery && library === 'bull' ? '' : parts.pop();
  const end = parts.pop();
  const jobId = parts.pop();
  if (tz === undefined || end === undefined || jobId === undefined || parts.length === 0) return null;
  if (!/^\d*$/.test(end)) return null;
  return {
    name: parts.join(':'),
    jobId: jobId === '' ? null : jobId,
    endAt: end === '' ? null : Number(end),
    tz: tz === '' ? null : tz,
    pattern: isEvery ? null : last,
    everyMs: isEvery ? Number(last) : null,
  };
}

/** Bull's key of a repeatable job, as Bull makes it. */
export function bullRepeatKey({ name, jobId, endAt, tz, pattern, everyMs }: RepeatKey): string {
  const suffix = pattern === null ? String(everyMs) : `${tz ?? ''}:${pattern}`;
  return `${name}:${jobId ?? ''}:${endAt ?? ''}:${suffix}`;
}

/** What Bull names a repeatable job's jobs by. */
export function bullJobKey(key: string, { name, jobId }: Pick<RepeatKey, 'name' | 'jobId'>): string {
  return md5(`${name}${jobId ?? ''}:${md5(key)}`);
}

/** What BullMQ up to its third major names a repeatable job's jobs by; later ones use the key itself. */
export function bullMqOldJobKey(key: string, { name, jobId }: Pick<RepeatKey, 'name' | 'jobId'>): string {
  return md5(`${name}${jobId ?? ''}${md5(key)}`);
}

/** Scheduler and due time (ms) of a job that a scheduler made; `null` for all other jobs. */
export function readScheduledJobId(jobId: string): ScheduledJob | null {
  if (!jobId.startsWith('repeat:')) return null;
  const cut = jobId.lastIndexOf(':');
  const due = Number(jobId.slice(cut + 1));
  if (cut <= 'repeat:'.length || !Number.isSafeInteger(due) || due <= 0) return null;
  return { jobKey: jobId.slice('repeat:'.length, cut), due };
}

export function scheduledJobId(jobKey: string, due: number): string {
  return `repeat:${jobKey}:${due}`;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

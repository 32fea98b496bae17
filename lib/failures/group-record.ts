import { z } from 'zod';
import type { Fingerprint } from './fingerprint';

/** Job names of a group that are counted apart in one queue; the rest together under `null`. */
const MAX_NAMES = 20;
const MAX_SAMPLES = 5;

const tally = z.tuple([z.string().nullable(), z.number(), z.number()]);

/** What is kept of one group in one queue. Times ms. Tuples: name, failed for good, failed attempts. */
export const groupRecordSchema = z.object({
  first: z.number(),
  last: z.number(),
  failed: z.number(),
  attempts: z.number(),
  names: z.array(tally),
  /** Job id, time, name; newest first. */
  samples: z.array(z.tuple([z.string(), z.number(), z.string().nullable()])),
  /** Jobs retried, of these completed, of these failed again. */
  retries: z.tuple([z.number(), z.number(), z.number()]).default([0, 0, 0]),
});
export type GroupRecord = z.infer<typeof groupRecordSchema>;

/** What a group is, in all queues of a source. */
export const groupKindSchema = z.object({
  errorClass: z.string().nullable(),
  title: z.string(),
  frame: z.string().nullable(),
  lastSeen: z.number(),
  regressedAt: z.number().nullable(),
});
export type GroupKind = z.infer<typeof groupKindSchema>;

export function kindOf({ errorClass, title, frame }: Fingerprint, at: number): GroupKind {
  return { errorClass, title, frame, lastSeen: at, regressedAt: null };
}

/** What happened to jobs of one group, queue and name in one moment (ms). */
export type GroupNews = {
  at: number;
  name: string | null;
  failed: number;
  attempts: number;
  sample: string | null;
  retries?: readonly [number, number, number];
};

/** A record with what is new. The one that is given stays as it is. */
export function addNews(record: GroupRecord | undefined, news: GroupNews): GroupRecord {
  const { at, name, failed, attempts, sample, retries = [0, 0, 0] } = news;
  const before = record ?? { first: at, last: at, failed: 0, attempts: 0, names: [], samples: [], retries: [0, 0, 0] };
  const isFailure = failed + attempts > 0;
  return {
    first: isFailure ? Math.min(before.first, at) : before.first,
    last: isFailure ? Math.max(before.last, at) : before.last,
    failed: before.failed + failed,
    attempts: before.attempts + attempts,
    names: isFailure ? addName(before.names, name, failed, attempts) : before.names,
    samples: sample === null ? before.samples : addSample(before.samples, [sample, at, name]),
    retries: [before.retries[0] + retries[0], before.retries[1] + retries[1], before.retries[2] + retries[2]],
  };
}

function addName(names: GroupRecord['names'], name: string | null, failed: number, attempts: number) {
  const isKnown = names.some(([one]) => one === name);
  const counted = isKnown || names.length < MAX_NAMES ? name : null;
  if (!names.some(([one]) => one === counted)) return [...names, [counted, failed, attempts] as const].map(mutable);
  return names.map(([one, a, b]) => mutable(one === counted ? [one, a + failed, b + attempts] : [one, a, b]));
}

function mutable([name, failed, attempts]: readonly [string | null, number, number]): [string | null, number, number] {
  return [name, failed, attempts];
}

function addSample(samples: GroupRecord['samples'], sample: GroupRecord['samples'][number]): GroupRecord['samples'] {
  const others = samples.filter(([jobId]) => jobId !== sample[0]);
  return [...others, sample].sort((a, b) => b[1] - a[1]).slice(0, MAX_SAMPLES);
}

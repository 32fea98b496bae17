import { z } from 'zod';

/** Names and workers that are counted apart in a group; the rest under `null`. */
const MAX_KEYS = 20;

const tallies = z.array(z.tuple([z.string().nullable(), z.number()]));

/** Failed jobs of one group that a queue keeps. */
export const keptSchema = z.object({ count: z.number(), names: tallies, workers: tallies });
export type Kept = z.infer<typeof keptSchema>;

/** A queue's failed jobs by group. `at`: when the last of them was counted, ms; `of`: how many there were then. */
export const retainedSchema = z.object({ at: z.number(), of: z.number(), groups: z.record(z.string(), keptSchema) });
export type Retained = z.infer<typeof retainedSchema>;

/** How far going through a queue has come; what it found until now is in `groups`. */
export const scanRecordSchema = z.object({
  cursor: z.string().nullable(),
  startedAt: z.number(),
  scanned: z.number(),
  of: z.number(),
  /** The first time through: jobs that failed before anybody watched are added to the series. */
  isFirst: z.boolean(),
  groups: z.record(z.string(), keptSchema),
});
export type ScanRecord = z.infer<typeof scanRecordSchema>;

export function addKept(kept: Kept | undefined, name: string | null, worker: string | null): Kept {
  const { count, names, workers } = kept ?? { count: 0, names: [], workers: [] };
  return { count: count + 1, names: addOne(names, name), workers: addOne(workers, worker) };
}

function addOne(list: Kept['names'], key: string | null): Kept['names'] {
  const counted = list.some(([one]) => one === key) || list.length < MAX_KEYS ? key : null;
  if (!list.some(([one]) => one === counted)) return [...list, [counted, 1]];
  return list.map(([one, count]) => (one === counted ? [one, count + 1] : [one, count]));
}

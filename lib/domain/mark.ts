import { z } from 'zod';
import { queueIdSchema } from './queue';

/** What may have happened at a moment that explains a curve. `deploy` is said by others, the rest is seen by Tailback. */
export const MARK_KINDS = [
  'deploy',
  'pause',
  'resume',
  'operation',
  'limit',
  'scheduler',
  'alert-fired',
  'alert-resolved',
  'collector-gap',
  'collector-takeover',
  'broker-gap',
  'broker-restart',
  'broker-failover',
  'workers-joined',
  'workers-left',
] as const;
export const markKindSchema = z.enum(MARK_KINDS);
export type MarkKind = z.infer<typeof markKindSchema>;

export const MAX_MARK_TEXT = 500;
const MAX_LINK = 2_000;
const DAY_MS = 86_400_000;
/** Marks are kept this long, and at most so many. */
export const MARKS_KEPT_MS = 400 * DAY_MS;
export const MAX_MARKS = 20_000;

export const markSchema = z.object({
  id: z.string(),
  /** ms since the epoch. */
  at: z.number(),
  /** End of what lasted, ms since the epoch; `null` for a moment. */
  until: z.number().nullable(),
  kind: markKindSchema,
  /** Plain text; of deploys it comes from outside. */
  text: z.string(),
  /** `null`: all sources. */
  source: z.string().nullable(),
  /** The one queue that it concerns; `null` with `pattern` or for all queues of `source`. */
  queue: queueIdSchema.nullable(),
  queueKey: z.string().nullable(),
  /** Pattern of queues as in alert rules, `null` when it concerns one queue or all. */
  pattern: z.string().nullable(),
  /** http or https. */
  link: z.string().nullable(),
  /** Who did it, where known. */
  by: z.string().nullable(),
});
export type Mark = z.infer<typeof markSchema>;

/** ms since the epoch or an ISO date. */
const moment = z.union([z.int().min(0), z.iso.datetime({ offset: true })]);

/** Body of `POST /api/v1/marks`. Without `queue` and `pattern` the mark concerns all queues. */
export const newMarkSchema = z
  .strictObject({
    kind: z.literal('deploy'),
    text: z.string().trim().min(1).max(MAX_MARK_TEXT),
    /** Default: now. */
    at: moment.optional(),
    /** `source/namespace/name`, or the opaque key. */
    queue: z.string().min(1).max(2_000).optional(),
    /** `*` stands for any text. */
    pattern: z.string().min(1).max(500).optional(),
    link: z
      .url({ protocol: /^https?$/ })
      .max(MAX_LINK)
      .optional(),
  })
  .refine(({ queue, pattern }) => queue === undefined || pattern === undefined, {
    message: 'give either queue or pattern, not both',
    path: ['pattern'],
  });
export type NewMark = z.infer<typeof newMarkSchema>;

export const marksSchema = z.object({
  from: z.number(),
  to: z.number(),
  /** Oldest first. */
  marks: z.array(markSchema),
  /** There were more: the oldest of the range are left out. */
  isCut: z.boolean(),
});
export type Marks = z.infer<typeof marksSchema>;

import { z } from 'zod';
import { isZone } from './alert-rule';
import { severitySchema } from './queue';

const pattern = z.string().min(1).max(500);
const time = z.number().int().min(0).max(8_640_000_000_000_000);

/** Once, or again and again at the times of a cron pattern: maintenance. */
export const silenceWindowSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('once'), from: time, to: time }),
  z.strictObject({
    kind: z.literal('cron'),
    pattern: z.string().min(1).max(200),
    minutes: z
      .number()
      .min(1)
      .max(7 * 24 * 60),
    timeZone: z.string().min(1).max(100),
    /** It ends for good at this time; never when absent. */
    to: time.optional(),
  }),
]);
export type SilenceWindow = z.infer<typeof silenceWindowSchema>;

/** Body of `POST /api/v1/alerts/silences`. Nobody is told of alerts that it meets; they are judged and shown all the same. */
export const newSilenceSchema = z
  .strictObject({
    /** As in rules. */
    queues: z.array(pattern).min(1).max(50),
    except: z.array(pattern).max(50).optional(),
    /** Names of rules, `*` stands for any text; all when absent. */
    rules: z.array(pattern).min(1).max(50).optional(),
    /** Alerts that are graver still get through. */
    upTo: severitySchema.optional(),
    reason: z.string().trim().min(1).max(500),
    window: silenceWindowSchema,
  })
  .superRefine(({ window }, context) => {
    if (window.kind === 'once' && window.to <= window.from)
      context.addIssue({ code: 'custom', message: 'must be later than its beginning', path: ['window', 'to'] });
    if (window.kind === 'cron' && !isZone(window.timeZone))
      context.addIssue({
        code: 'custom',
        message: 'expected the IANA name of a time zone such as Europe/Berlin',
        path: ['window', 'timeZone'],
      });
  });
export type NewSilence = z.infer<typeof newSilenceSchema>;

export const silenceSchema = newSilenceSchema.safeExtend({
  id: z.string(),
  by: z.string(),
  at: z.number(),
  /** Ended by hand (ms), before its time. */
  endedAt: z.number().nullable(),
});
export type Silence = z.infer<typeof silenceSchema>;

/** A silence as the API lists it. */
export const listedSilenceSchema = z.object({
  silence: silenceSchema,
  state: z.enum(['active', 'planned', 'over']),
  /** Of the window that is open or comes next. */
  from: z.number().nullable(),
  to: z.number().nullable(),
  /** Queues that it meets now, of those that the caller sees. */
  queues: z.number(),
});
export type ListedSilence = z.infer<typeof listedSilenceSchema>;

export const MAX_SILENCES = 500;

export const silencesSchema = z.object({ silences: z.array(listedSilenceSchema) });

/** Body of `POST /api/v1/alerts/silences/preview`, while somebody fills in the form. */
export const silencePreviewRequestSchema = z.strictObject({
  queues: z.array(pattern).min(1).max(50),
  except: z.array(pattern).max(50).optional(),
  window: silenceWindowSchema,
});
export const silencePreviewSchema = z.object({
  /** What is wrong with the pattern of times, and at which of its characters. */
  error: z.object({ message: z.string(), at: z.number().nullable() }).nullable(),
  /** The next three windows. */
  next: z.array(z.object({ from: z.number(), to: z.number() })),
  /** Queues that it meets now, and some of them. */
  queues: z.number(),
  some: z.array(z.string()),
});
export type SilencePreview = z.infer<typeof silencePreviewSchema>;

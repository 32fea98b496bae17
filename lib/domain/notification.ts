import { z } from 'zod';
import { queueIdSchema, severitySchema } from './queue';

/** What a receiver is told. `test`: somebody pressed the button, nothing is wrong. */
export const NOTIFICATION_KINDS = ['fired', 'escalated', 'acknowledged', 'resolved', 'test'] as const;
export const notificationKindSchema = z.enum(NOTIFICATION_KINDS);
export type NotificationKind = z.infer<typeof notificationKindSchema>;

/** Members that a notification carries; more are counted only, so that what waits stays small. */
export const MAX_MEMBERS = 10;
export const MAX_NUMBERS = 12;

/** Units of figures in notifications. */
export const numberUnitSchema = z.enum(['jobs', 'jobs/min', 'workers', 'ms', 'share', 'bytes', 'count']);

/** One figure that a person needs. `null`: not known. */
export const notificationNumberSchema = z.object({
  label: z.string().max(100),
  value: z.number().nullable(),
  unit: numberUnitSchema,
});
export type NotificationNumber = z.infer<typeof notificationNumberSchema>;

/** One symptom of an incident: a rule that holds for a queue. */
export const notificationMemberSchema = z.object({
  rule: z.string(),
  severity: severitySchema,
  /** `null`: it concerns no single queue. */
  queue: queueIdSchema.nullable(),
  queueKey: z.string().nullable(),
  /** ms since the epoch. */
  since: z.number(),
  isResolved: z.boolean(),
  sentence: z.string(),
});
export type NotificationMember = z.infer<typeof notificationMemberSchema>;

/**
 * What every channel gets: all that a person needs who has nothing but this message. Plain JSON; times are ms since
 * the epoch. Names and failure texts come from jobs: each channel escapes them in its own way.
 */
export const notificationSchema = z.object({
  /** Idempotency key: the same at every attempt, by whichever collector; receivers drop what they have seen. */
  id: z.string().min(1).max(200),
  kind: notificationKindSchema,
  at: z.number(),
  incident: z.object({
    /** The same from its beginning to its end. */
    id: z.string().min(1).max(200),
    /** Rule or verdict that began it; does not change while it lasts. */
    name: z.string(),
    severity: severitySchema,
    /** The queue that it is about; `null` for a channel, a broker, or the collector itself. */
    queue: queueIdSchema.nullable(),
    queueKey: z.string().nullable(),
    since: z.number(),
    firedAt: z.number(),
    resolvedAt: z.number().nullable(),
    /** The gravest first. */
    members: z.array(notificationMemberSchema).max(MAX_MEMBERS),
    memberCount: z.number(),
  }),
  /** What is wrong (or over), in a sentence. */
  sentence: z.string(),
  numbers: z.array(notificationNumberSchema).max(MAX_NUMBERS),
  topFailure: z
    .object({
      title: z.string(),
      count: z.number(),
      /** 0 to 1, of the failures in the same time; `null`: not known. */
      share: z.number().nullable(),
      url: z.string().nullable(),
    })
    .nullable(),
  /** Who acknowledged it. */
  onIt: z.object({ by: z.string(), at: z.number(), note: z.string().nullable() }).nullable(),
  /** The queue's page, frozen at the time of the incident; without a queue the alerts screen. */
  url: z.string(),
  environment: z.string().nullable(),
});
export type Notification = z.infer<typeof notificationSchema>;

/** How a channel does, for screens. */
export const channelStateSchema = z.object({
  key: z.string(),
  name: z.string(),
  kind: z.string(),
  /** Address without secrets. */
  target: z.string(),
  /** What it is sent, `null`: all severities. */
  severities: z.array(severitySchema).nullable(),
  /** Pattern of queues; `*`: all. */
  queues: z.string(),
  lastSentAt: z.number().nullable(),
  /** Why the last delivery failed; `null` once it worked again. Without secrets. */
  lastError: z.string().nullable(),
  /** Since when nothing gets through. */
  failingSince: z.number().nullable(),
  /** Undelivered notifications, and since when the oldest waits. */
  waiting: z.number(),
  oldestWaitingAt: z.number().nullable(),
  nextAttemptAt: z.number().nullable(),
  /** Notifications that were given up since the state is kept. */
  lost: z.number(),
});
export type ChannelState = z.infer<typeof channelStateSchema>;

/** What `POST /api/v1/channels/{key}/test` answers. */
export const channelTestSchema = z.object({
  ok: z.boolean(),
  /** What the receiver said, or why there was no answer. Without secrets. */
  answer: z.string(),
  tookMs: z.number(),
});
export type ChannelTest = z.infer<typeof channelTestSchema>;

import { z } from 'zod';
import { severitySchema, verdictCodeSchema } from './verdict';

/** What a rule can watch of a queue, with its unit: jobs, workers, ms, per cent, jobs per minute. */
export const QUEUE_ALERT_METRICS = [
  'waiting',
  'active',
  'delayed',
  'prioritized',
  'waitingChildren',
  'paused',
  'completed',
  'failed',
  'backlog',
  'oldestWaitingMs',
  'oldestPrioritizedMs',
  'oldestWaitingChildrenMs',
  'overdueMs',
  'workers',
  'stalledJobs',
  'arrivedPerMinute',
  'startedPerMinute',
  'completedPerMinute',
  'failedPerMinute',
  'failedAttemptsPerMinute',
  'stalledPerMinute',
  'failurePercent',
  'runMsP50',
  'runMsP95',
  'runMsP99',
  'waitMsP50',
  'waitMsP95',
  'waitMsP99',
  'drainMs',
] as const;
/** What a rule can watch of a broker: one alert a source, not one a queue. */
export const BROKER_ALERT_METRICS = ['brokerMemoryPercent', 'brokerReadMs', 'brokerClients'] as const;
export const ALERT_METRICS = [...QUEUE_ALERT_METRICS, ...BROKER_ALERT_METRICS] as const;
export const alertMetricSchema = z.enum(ALERT_METRICS);
export type AlertMetric = z.infer<typeof alertMetricSchema>;
export type BrokerAlertMetric = (typeof BROKER_ALERT_METRICS)[number];

export function isBrokerMetric(metric: AlertMetric | undefined): metric is BrokerAlertMetric {
  return (BROKER_ALERT_METRICS as readonly string[]).includes(metric ?? '');
}

const pattern = z.string().min(1).max(500);
const patterns = z.union([pattern, z.array(pattern).min(1).max(50)]);
const channelNames = z.array(z.string().min(1).max(100)).max(20);
const finite = z.number().min(-1e15).max(1e15);

/** What happens when nobody acknowledges an incident in time. */
export const escalationSchema = z
  .strictObject({
    afterMinutes: z
      .number()
      .min(1)
      .max(7 * 24 * 60),
    /** The incident counts as this grave from then on. */
    severity: severitySchema.optional(),
    /** Names of the channels that are told then; the rule's own when absent. */
    channels: channelNames.min(1).optional(),
  })
  .refine(({ severity, channels }) => severity !== undefined || channels !== undefined, {
    message: 'say what changes: give severity, channels or both',
  });
export type Escalation = z.infer<typeof escalationSchema>;

/**
 * One rule: of the configuration file, or made on the screen. It watches exactly one thing: a metric (`above`, `below`
 * or `noData`), verdicts, or the forecast (`notEmptyBy`). It fires when the condition has held for `forSeconds`.
 */
export const alertRuleSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    /**
     * Queue patterns: `*` stands for any text; matched against the name, or `source/namespace/name` if they hold a
     * slash. For metrics of a broker the part before the first slash is matched against the source.
     */
    queues: patterns.default('*'),
    /** Patterns of queues that are left out. */
    except: z.array(pattern).max(50).optional(),
    metric: alertMetricSchema.optional(),
    above: finite.optional(),
    below: finite.optional(),
    /** A firing rule ends only when the value is at or under this (hysteresis); default: `above`. */
    clearBelow: finite.optional(),
    /** The same for `below`: it ends only when the value is at or over this. */
    clearAbove: finite.optional(),
    /** Fires while the metric cannot be known. */
    noData: z.literal(true).optional(),
    /** Fires while a queue (or a broker) has such a verdict: one of the codes (all when absent), of at least this severity. */
    verdict: z
      .strictObject({
        codes: z.array(verdictCodeSchema).min(1).max(100).optional(),
        severity: severitySchema.default('info'),
      })
      .optional(),
    /** Fires when the backlog will not be empty by this time of day, `HH:MM`, as it is going now. */
    notEmptyBy: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 06:00')
      .optional(),
    /** IANA name, for `notEmptyBy`; the server's own when absent. */
    timeZone: z.string().min(1).max(100).optional(),
    forSeconds: z
      .number()
      .min(0)
      .max(7 * 86_400)
      .default(0),
    severity: severitySchema.default('warning'),
    /** Names of the channels that are told; all when absent. */
    channels: channelNames.optional(),
    escalate: escalationSchema.optional(),
    /** What to do, for whoever is woken: plain text. */
    note: z.string().max(2_000).optional(),
    /** `false`: not checked. */
    enabled: z.boolean().optional(),
  })
  .superRefine((rule, context) => {
    const fail = (message: string, path: string) => context.addIssue({ code: 'custom', message, path: [path] });
    const watched = [rule.metric, rule.verdict, rule.notEmptyBy].filter((one) => one !== undefined);
    if (watched.length !== 1) fail('watch exactly one of metric, verdict and notEmptyBy', 'metric');
    const bounds = [rule.above, rule.below, rule.noData].filter((one) => one !== undefined);
    if (rule.metric !== undefined && bounds.length !== 1) fail('give exactly one of above, below and noData', 'above');
    if (rule.metric === undefined && bounds.length > 0) fail('above, below and noData go with a metric', 'metric');
    if (rule.clearBelow !== undefined && (rule.above === undefined || rule.clearBelow > rule.above))
      fail('clearBelow goes with above and must not exceed it', 'clearBelow');
    if (rule.clearAbove !== undefined && (rule.below === undefined || rule.clearAbove < rule.below))
      fail('clearAbove goes with below and must not be under it', 'clearAbove');
    if (rule.timeZone !== undefined && !isZone(rule.timeZone))
      fail('expected the IANA name of a time zone such as Europe/Berlin', 'timeZone');
  });
export type AlertRule = z.infer<typeof alertRuleSchema>;

export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Rules made on the screen, at most. */
export const MAX_OWN_RULES = 200;

/** A rule as the API lists it. */
export const listedRuleSchema = z.object({
  /** Opaque; of the file's rules it is made from their name. */
  id: z.string(),
  /** `file`: read-only here, and it wins over one of the same name. */
  origin: z.enum(['file', 'built-in', 'screen']),
  rule: alertRuleSchema,
  /** A rule of the file has the same name, so this one is not checked. */
  isOverruled: z.boolean(),
  /** Of rules made on the screen. */
  updatedAt: z.number().nullable(),
  updatedBy: z.string().nullable(),
});
export type ListedRule = z.infer<typeof listedRuleSchema>;

/** Where one rule stands for one queue. */
export const RULE_STATES = ['ok', 'pending', 'firing', 'no-data'] as const;
export const ruleStateSchema = z.enum(RULE_STATES);
export type RuleStateName = z.infer<typeof ruleStateSchema>;

const ruleTallySchema = z.object({ ok: z.number(), pending: z.number(), firing: z.number(), noData: z.number() });
export type RuleTally = z.infer<typeof ruleTallySchema>;

export const alertRulesSchema = z.object({
  /** Grows with every change of the rules made on the screen; a change names the one it was made from. */
  revision: z.number(),
  checkEverySeconds: z.number(),
  rules: z.array(
    listedRuleSchema.extend({
      /** Of the queues that the caller sees; `null` while nothing is known. */
      tally: ruleTallySchema.nullable(),
    }),
  ),
});
export type AlertRules = z.infer<typeof alertRulesSchema>;

/** `POST /api/v1/alerts/rules/standings`: where a rule, saved or not, stands for each queue; the gravest first. */
export const ruleStandingsSchema = z.object({
  total: z.number(),
  tally: ruleTallySchema,
  standings: z.array(
    z.object({
      label: z.string(),
      queueKey: z.string(),
      state: ruleStateSchema,
      value: z.number().nullable(),
      /** Why there is no data; `null` where there is. */
      reason: z.string().nullable(),
    }),
  ),
});
export type RuleStandings = z.infer<typeof ruleStandingsSchema>;

const revision = z.number().int().min(0);
/** Body of `POST /api/v1/alerts/rules`. */
export const newRuleSchema = z.strictObject({ rule: alertRuleSchema });
/** Body of `PUT /api/v1/alerts/rules/{id}`. `revision`: of the rules that were looked at; another one is a 409. */
export const changedRuleSchema = z.strictObject({ rule: alertRuleSchema, revision });
/** Body of `POST /api/v1/alerts/rules/import`. `replace`: all rules made on the screen go first. */
export const ruleImportSchema = z.strictObject({
  alerts: z.array(alertRuleSchema).min(1).max(MAX_OWN_RULES),
  replace: z.boolean().default(false),
});
/** As `alerts` of the configuration file, and as it can be imported. */
export const ruleExportSchema = z.object({ alerts: z.array(alertRuleSchema) });
export const savedRuleSchema = z.object({ id: z.string(), revision });

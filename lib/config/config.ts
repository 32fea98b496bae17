import { z } from 'zod';
import { roleConfigSchema, type RoleConfig } from '../domain/access';
import { elevationRuleSchema, type ElevationRule } from '../domain/elevation';
import { roleSchema } from '../domain/permissions';
import { alertRuleSchema } from '../domain/alert-rule';
import { channelConfigSchema, heartbeatSchema, type ChannelConfig, type HeartbeatConfig } from './channel-config';
import { readOnlySchema } from './read-only';
import { whyNotRedisUrl } from './redis-address';

/** Names are used in addresses and keys: short, and free of slashes. */
const sourceName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'use letters, digits, dot, dash and underscore, at most 64');

const redisUrl = z.string().superRefine((text, context) => {
  const problem = whyNotRedisUrl(text);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});

function hostOf(text: string): string {
  try {
    return new URL(text).hostname;
  } catch {
    return '';
  }
}

function protocolOf(text: string): string {
  try {
    return new URL(text).protocol;
  } catch {
    return '';
  }
}

/** Files that TLS takes, and the name that the server's certificate must bear where it is not the address's. */
export const tlsConfigSchema = z.strictObject({
  /** PEM file of the authorities that are trusted instead of the system's. */
  caFile: z.string().min(1).optional(),
  /** PEM files of the certificate that we show, and of its key. */
  certFile: z.string().min(1).optional(),
  keyFile: z.string().min(1).optional(),
  serverName: z.string().min(1).optional(),
});
export type TlsConfig = z.infer<typeof tlsConfigSchema>;

const redisSourceSchema = z.strictObject({
  name: sourceName,
  kind: z.literal('redis').default('redis'),
  url: redisUrl,
  /** Key prefixes known in advance: queues under them are found at once, and names with colons are split right. */
  prefixes: z.array(z.string()).default([]),
  /** Refuse every write to this source; a text is the reason that people are told. */
  readOnly: readOnlySchema.default(false),
});
export type RedisSourceConfig = z.infer<typeof redisSourceSchema>;

const rabbitSourceSchema = z.strictObject({
  name: sourceName,
  kind: z.literal('rabbitmq'),
  /** The management API: `https://user:password@host:15671`. A path before `/api` is kept. */
  url: z
    .string()
    .refine(
      (text) => ['http:', 'https:'].includes(protocolOf(text)),
      'expected http://… or https://… (the management API)',
    ),
  /** For what the management API cannot do: replaying dead letters. */
  amqpUrl: z
    .string()
    .refine((text) => ['amqp:', 'amqps:'].includes(protocolOf(text)), 'expected amqp://… or amqps://…')
    .optional(),
  tls: tlsConfigSchema.optional(),
  readOnly: readOnlySchema.default(false),
});
export type RabbitSourceConfig = z.infer<typeof rabbitSourceSchema>;

/** A source without a kind is a Redis. */
export const sourceConfigSchema = z.preprocess(
  (value) => (isRecord(value) && value['kind'] === undefined ? { ...value, kind: 'redis' } : value),
  z.discriminatedUnion('kind', [redisSourceSchema, rabbitSourceSchema]),
);
export type SourceConfig = RedisSourceConfig | RabbitSourceConfig;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isLoopback = (text: string) => ['localhost', '127.0.0.1', '[::1]'].includes(hostOf(text));

/** Single sign-on by OpenID Connect. The client's secret comes from `TAILBACK_OIDC_CLIENT_SECRET`. */
export const oidcSchema = z
  .strictObject({
    /** As the button says it. */
    name: z.string().min(1).max(60).default('single sign-on'),
    /** `/.well-known/openid-configuration` is asked for below it. */
    issuer: z
      .string()
      .refine(
        (text) => protocolOf(text) === 'https:' || (protocolOf(text) === 'http:' && isLoopback(text)),
        'expected https://…',
      ),
    clientId: z.string().min(1),
    scope: z.string().default('openid email profile'),
    /** Empty: every domain that the provider vouches for. Compared whole. */
    allowedDomains: z
      .array(
        z
          .string()
          .regex(/^[a-z0-9.-]+$/i, 'expected a whole domain such as example.com')
          .toLowerCase(),
      )
      .default([]),
    groupsClaim: z.string().min(1).default('groups'),
    /** Group → role; of several the first counts. Compared whole. */
    groups: z.record(z.string(), roleSchema).default({}),
    /** Role of those without such a group; `null`: they do not come in. */
    defaultRole: roleSchema.nullable().default(null),
  })
  .refine(({ groups, defaultRole }) => defaultRole !== null || Object.keys(groups).length > 0, {
    message: 'nobody could come in: give groups or defaultRole',
  });
export type OidcConfig = z.infer<typeof oidcSchema>;

const kept = (max: number, usual: number) => z.number().min(1).max(max).default(usual);

/** 10 s in hours, minutes, 10 minutes and hours in days. What is kept longer takes space in the store. */
const retentionSchema = z.strictObject({
  tenSecondsHours: kept(72, 3),
  minutesDays: kept(30, 3),
  tenMinutesDays: kept(180, 30),
  hoursDays: kept(1500, 400),
});

/** Shape of `tailback.config.json`. */
export const configFileSchema = z.strictObject({
  $schema: z.string().optional(),
  sources: z.array(sourceConfigSchema).default([]),
  /** Refuse every write to all sources; a text is the reason. `TAILBACK_READ_ONLY` wins. */
  readOnly: readOnlySchema.default(false),
  alerts: z.array(alertRuleSchema).optional(),
  /** Seconds between two rounds of rule checks. */
  alertCheckSeconds: z.number().min(1).max(3600).default(30),
  channels: z.array(channelConfigSchema).max(50).default([]),
  heartbeat: heartbeatSchema.optional(),
  /** Roles beside viewer, operator and admin. */
  roles: z
    .array(roleConfigSchema)
    .max(100)
    .refine((roles) => new Set(roles.map(({ name }) => name)).size === roles.length, 'two roles have the same name')
    .default([]),
  /** Roles that people may raise for some minutes, with a reason. */
  elevations: z.array(elevationRuleSchema).max(100).default([]),
  oidc: oidcSchema.optional(),
  /** How long each resolution of the history is kept. */
  retention: retentionSchema.default(retentionSchema.parse({})),
});
export type ConfigFile = z.infer<typeof configFileSchema>;

/** Everything that can be configured, parsed and checked. */
export type Config = {
  sources: SourceConfig[];
  storeUrl: string;
  host: string;
  port: number;
  /** Address that people use, without a trailing slash. */
  publicUrl: string;
  /** Session signing key from the environment; `null`: generated once and kept in `dataDir`. */
  secret: string | null;
  adminEmail: string;
  adminPassword: string | null;
  /** API token with the admin role, for automation. */
  token: string | null;
  allowedCidrs: string[];
  trustedProxies: string[];
  allowedHosts: string[];
  /** Addresses that may read `/metrics` without a token; `null`: none. */
  metricsAllowedCidrs: string[] | null;
  /** Queues that `/metrics` shows one by one; the rest is summed up. */
  metricsMaxQueues: number;
  environment: string | null;
  /** Why nothing is written to any source; `null`: it may be. */
  readOnlyReason: string | null;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** Folder for users and the generated secret, mode 0700. */
  dataDir: string;
  storeMaxMb: number;
  alerts: ConfigFile['alerts'] & object;
  /** The file has no `alerts`: those that come with Tailback hold, and may be changed on the screen. */
  areAlertsBuiltIn: boolean;
  alertCheckSeconds: number;
  channels: ChannelConfig[];
  heartbeat: HeartbeatConfig | null;
  retention: ConfigFile['retention'];
  roles: RoleConfig[];
  elevations: ElevationRule[];
  /** Single sign-on, `null` without. */
  oidc: (OidcConfig & { clientSecret: string }) | null;
};

/** A configuration that cannot be used; each problem names the variable or path, what was found and what is expected. */
export class ConfigError extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

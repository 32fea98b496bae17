import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { severitySchema } from '../domain/queue';

const httpUrl = z
  .string()
  .refine((text) => ['http:', 'https:'].includes(protocolOf(text)), 'expected http://… or https://…');

function protocolOf(text: string): string {
  try {
    return new URL(text).protocol;
  } catch {
    return '';
  }
}

const address = z
  .string()
  .refine(
    (text) => ipaddr.isValid(text) || ipaddr.isValidCIDR(text),
    'expected an address or a range such as 127.0.0.1 or 127.0.0.0/8',
  );
/** One line: whoever writes the file must not be able to break a header by accident either. */
const line = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\r\n\0]*$/, 'must be one line');
const mailbox = line.regex(
  /^[^<>]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s,]+@[^<>@\s,]+$/,
  'expected ops@example.com or Name <ops@example.com>',
);

const common = {
  /** As screens call it; what waits for the channel is kept under it. */
  name: line.max(100).optional(),
  /** Only these severities; default: all. */
  severities: z.array(severitySchema).min(1).optional(),
  /** Only incidents of these queues, a pattern as in rules; default: all, and those of no queue. */
  queues: z.string().min(1).optional(),
  /** Loopback, link-local or metadata addresses that it may call all the same. */
  allow: z.array(address).optional(),
};

const webhookSchema = z.strictObject({
  kind: z.literal('webhook'),
  url: httpUrl,
  /** Key of the HMAC-SHA256 signature. */
  secret: z.string().min(16, 'expected at least 16 characters').optional(),
  ...common,
});

const slackSchema = z.strictObject({ kind: z.literal('slack'), url: httpUrl, ...common });

const mailSchema = z
  .strictObject({
    kind: z.literal('email'),
    host: line,
    port: z.int().min(1).max(65_535).default(587),
    /** `starttls`: the server must offer it; `tls`: from the first byte (465); `none`: only for a relay nearby. */
    security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
    user: line.optional(),
    password: z.string().min(1).optional(),
    from: mailbox,
    to: z.array(mailbox).min(1).max(50),
    /** PEM of the authority that signed the server's certificate, where it is none of the public ones. */
    ca: z.string().optional(),
    ...common,
  })
  .refine(({ security, password }) => security !== 'none' || password === undefined, {
    message: 'a password is not sent without encryption: use starttls or tls',
    path: ['security'],
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    message: 'user and password go together',
    path: ['user'],
  });

const pagerdutySchema = z.strictObject({
  kind: z.literal('pagerduty'),
  /** Integration key of an Events API v2 integration. */
  routingKey: z.string().regex(/^[A-Za-z0-9]{32}$/, 'expected an integration key of 32 letters and digits'),
  url: httpUrl.default('https://events.pagerduty.com/v2/enqueue'),
  ...common,
});

const alertmanagerSchema = z.strictObject({
  kind: z.literal('alertmanager'),
  /** Address of Alertmanager; `/api/v2/alerts` is called below it. */
  url: httpUrl,
  user: line.optional(),
  password: z.string().min(1).optional(),
  /** Bearer token instead of user and password. */
  token: line.optional(),
  /** Added to every alert. */
  labels: z
    .record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'expected letters, digits and _'), z.string())
    .optional(),
  ...common,
});

/** One entry of `channels`, its references to the environment replaced. */
export const channelConfigSchema = z.discriminatedUnion('kind', [
  webhookSchema,
  slackSchema,
  mailSchema,
  pagerdutySchema,
  alertmanagerSchema,
]);
export type ChannelConfig = z.infer<typeof channelConfigSchema>;
export type ChannelOf<Kind extends ChannelConfig['kind']> = Extract<ChannelConfig, { kind: Kind }>;

/** A sign of life for a dead-man's switch, which raises the alarm when it stays away. */
export const heartbeatSchema = z.strictObject({
  url: httpUrl,
  everySeconds: z.int().min(10).max(3_600).default(60),
  method: z.enum(['GET', 'POST']).default('POST'),
  allow: common.allow,
});
export type HeartbeatConfig = z.infer<typeof heartbeatSchema>;

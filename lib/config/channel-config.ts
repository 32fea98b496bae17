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

/** One entry of `channels`, how to reach people. */
export const channelConfigSchema = z.discriminatedUnion('kind', [webhookSchema]);
export type ChannelConfig = z.infer<typeof channelConfigSchema>;
export type ChannelOf<Kind extends ChannelConfig['kind']> = Extract<ChannelConfig, { kind: Kind }>;

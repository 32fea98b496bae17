import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { roleSchema, type Actor } from '../domain/permissions';

/** How long an address of Arena may be used after it was made, in ms. */
export const CAPABILITY_MS = 15 * 60_000;
/** A page that is opened under an address older than this leads to a new one. */
export const RENEW_AFTER_MS = 5 * 60_000;

const payloadSchema = z.tuple([
  z.enum(['person', 'token']),
  z.string(),
  roleSchema,
  /** Session id and epoch; empty and 0 for tokens. */
  z.string(),
  z.number(),
  /** ms since the epoch at which it was made. */
  z.number(),
  /** The own role of somebody whose role is raised, and until when. */
  z.object({ from: roleSchema, until: z.number() }).nullable(),
]);

export type Capability = { actor: Actor; madeAt: number };

/**
 * The part of Arena's addresses that stands for the session. Arena's pages live in a sandbox without cookies, so who
 * knows the address may use it: it is signed, tells the person, role and session, and is good for minutes only.
 */
export function makeCapability(actor: Actor, secret: string, now: number = Date.now()): string {
  const { kind, name, role, session, raised } = actor;
  const payload = Buffer.from(
    JSON.stringify([kind, name, role, session?.id ?? '', session?.epoch ?? 0, now, raised ?? null]),
  ).toString('base64url');
  return `${payload}.${signature(payload, secret)}`;
}

/** @returns `null` when the text was not made by us, is too old, or comes from the future; `address` is the caller's */
export function readCapability(
  text: string,
  secret: string,
  address: string,
  now: number = Date.now(),
): Capability | null {
  const [payload, mac, ...rest] = text.split('.');
  if (payload === undefined || mac === undefined || rest.length > 0) return null;
  const expected = Buffer.from(signature(payload, secret));
  const given = Buffer.from(mac);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null;
  const parsed = payloadSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  if (!parsed.success) return null;
  const [kind, name, role, id, epoch, madeAt, raised] = parsed.data;
  if (now - madeAt > CAPABILITY_MS || madeAt - now > 60_000) return null;
  const session = kind === 'person' ? { session: { id, epoch } } : {};
  return { actor: { kind, name, role, address, ...session, ...(raised ? { raised } : {}) }, madeAt };
}

/** Signed under a name of its own, so that no other value signed with the same secret can pass for a capability. */
function signature(payload: string, secret: string): string {
  return createHmac('sha256', createHmac('sha256', secret).update('tailback arena capability v1').digest())
    .update(payload)
    .digest('base64url');
}

import { decode, encode } from 'next-auth/jwt';
import { z } from 'zod';
import { roleSchema } from '../domain/permissions';

/** A session runs out this long after its last use. */
export const SESSION_SECONDS = 12 * 60 * 60;
/** However busy, a session ends this long after the sign-in. */
export const SESSION_LIMIT_SECONDS = 7 * 24 * 60 * 60;
/** A session in use gets a new cookie when its token is older than this. */
export const RENEW_SECONDS = 15 * 60;

const tokenSchema = z.object({
  email: z.string(),
  role: roleSchema,
  epoch: z.number(),
  /** Session id, the same over all renewals. */
  sid: z.string(),
  /** s since the epoch. */
  signedInAt: z.number(),
  iat: z.number(),
});
export type SessionToken = z.infer<typeof tokenSchema>;

/** With the `__Host-` prefix a browser takes the cookie from this very host, over HTTPS, and from nobody else. */
export function sessionCookieName(isSecure: boolean): string {
  return isSecure ? '__Host-tailback.session' : 'tailback.session';
}

/** The content of a session cookie; `null` when it is not ours, ran out, or was made up. */
export async function readSessionToken(
  token: string,
  secret: string,
  nowS: number = Date.now() / 1_000,
): Promise<SessionToken | null> {
  try {
    const parsed = tokenSchema.safeParse(await decode({ token, secret }));
    if (!parsed.success || nowS - parsed.data.signedInAt > SESSION_LIMIT_SECONDS) return null;
    return parsed.data;
  } catch {
    return null;
  }
}

/** The session's next cookie value: same session, new running time. */
export async function renewSessionToken(
  token: SessionToken,
  secret: string,
  nowS: number = Date.now() / 1_000,
): Promise<{ value: string; maxAge: number }> {
  const { email, role, epoch, sid, signedInAt } = token;
  const maxAge = Math.floor(Math.min(SESSION_SECONDS, signedInAt + SESSION_LIMIT_SECONDS - nowS));
  return { value: await encode({ token: { email, role, epoch, sid, signedInAt }, secret, maxAge }), maxAge };
}

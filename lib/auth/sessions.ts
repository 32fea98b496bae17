import { createHash, timingSafeEqual } from 'node:crypto';
import type { Log } from '../config/log';
import { throttled } from '../config/log';
import { messageOf } from '../domain/errors';
import type { Actor } from '../domain/permissions';
import type { EndedSessions } from './ended-sessions';
import { readSessionToken, RENEW_SECONDS, renewSessionToken, sessionCookieName } from './session-token';
import type { UsersFile } from './users-file';

export type Credentials = {
  authorization: string | undefined;
  cookie: string | undefined;
  address: string;
  /** Whether the person came over HTTPS; decides which cookie counts. */
  isSecure: boolean;
};

export type SessionsOptions = {
  users: UsersFile;
  ended: EndedSessions;
  secret: string;
  token: string | null;
  log: Log;
};

/** Tells who sent a request, and whether a session is still good. */
export class Sessions {
  private readonly tokenDigest: Buffer | null;
  private readonly warn: (message: string) => void;

  constructor(private readonly options: SessionsOptions) {
    this.tokenDigest = options.token === null ? null : digest(options.token);
    this.warn = throttled(60_000, (suppressed, message) => options.log.error({ suppressed }, `users file: ${message}`));
  }

  /**
   * Who asks; `null` when nobody is signed in. A request with a bearer token is judged by the token alone.
   * `setCookie` is there when the session's cookie is due for renewal.
   */
  async identify({
    authorization,
    cookie,
    address,
    isSecure,
  }: Credentials): Promise<{ actor: Actor; setCookie?: string } | null> {
    const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (bearer !== undefined) {
      const fits = this.tokenDigest !== null && timingSafeEqual(digest(bearer), this.tokenDigest);
      return fits ? { actor: { kind: 'token', name: 'TAILBACK_TOKEN', role: 'admin', address } } : null;
    }
    const name = sessionCookieName(isSecure);
    const value = cookieValue(cookie, name);
    if (value === null) return null;
    const token = await readSessionToken(value, this.options.secret);
    if (!token) return null;
    const actor: Actor = {
      kind: 'person',
      name: token.email,
      role: token.role,
      address,
      session: { id: token.sid, epoch: token.epoch },
    };
    await this.refresh();
    if (!this.isLive(actor)) return null;
    if (Date.now() / 1_000 - token.iat < RENEW_SECONDS) return { actor };
    const renewed = await renewSessionToken(token, this.options.secret);
    return {
      actor,
      setCookie: `${name}=${renewed.value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${renewed.maxAge}${isSecure ? '; Secure' : ''}`,
    };
  }

  /** Takes in changes of the users file that are at most two seconds old. Never throws: what is known stays in force. */
  async refresh(): Promise<void> {
    try {
      await Promise.all([this.options.users.refresh(), this.options.ended.refresh()]);
    } catch (error) {
      this.warn(messageOf(error));
    }
  }

  /**
   * Whether the person still exists, is enabled, and has the role and epoch of the sign-in. Answers from memory;
   * call `refresh` at least every few seconds.
   */
  isLive(actor: Actor): boolean {
    if (actor.kind === 'token') return true;
    if (!actor.session || this.options.ended.has(actor.session.id)) return false;
    const user = this.options.users.find(actor.name);
    return user !== null && !user.isDisabled && user.epoch === actor.session.epoch && user.role === actor.role;
  }
}

/** The value of a cookie in a `Cookie` header; `null` when it is missing or given more than once. */
export function cookieValue(header: string | undefined, name: string): string | null {
  const values = (header ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1));
  return values.length === 1 ? (values[0] ?? null) : null;
}

/** Equal lengths for the constant-time comparison. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Log } from '../config/log';
import { throttled } from '../config/log';
import { messageOf } from '../domain/errors';
import type { Actor } from '../domain/permissions';
import type { Accounts } from './accounts';
import { readSessionToken, RENEW_SECONDS, renewSessionToken, sessionCookieName } from './session-token';

export type Credentials = {
  authorization: string | undefined;
  cookie: string | undefined;
  address: string;
  /** Whether the person came over HTTPS; decides which cookie counts. */
  isSecure: boolean;
};

export type SessionsOptions = {
  accounts: Pick<Accounts, 'users' | 'ended' | 'tokens' | 'elevations'>;
  secret: string;
  token: string | null;
  log: Log;
};

/** Name under which the token of the environment acts. */
const CONFIGURED_TOKEN = 'TAILBACK_TOKEN';

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
      if (fits) return { actor: { kind: 'token', name: CONFIGURED_TOKEN, role: 'admin', address } };
      await this.refresh();
      const { tokens } = this.options.accounts;
      const token =
        tokens.identify(bearer, address) ?? ((await this.look(tokens)) ? tokens.identify(bearer, address) : null);
      return token && { actor: { kind: 'token', name: token.name, role: token.role, address } };
    }
    const name = sessionCookieName(isSecure);
    const value = cookieValue(cookie, name);
    if (value === null) return null;
    const token = await readSessionToken(value, this.options.secret);
    if (!token) return null;
    const own: Actor = {
      kind: 'person',
      name: token.email,
      role: token.role,
      address,
      session: { id: token.sid, epoch: token.epoch },
    };
    await this.refresh();
    if (!this.isLive(own) && !((await this.look(this.options.accounts.users)) && this.isLive(own))) return null;
    const actor = this.raised(own);
    if (Date.now() / 1_000 - token.iat < RENEW_SECONDS) return { actor };
    const renewed = await renewSessionToken(token, this.options.secret);
    return {
      actor,
      setCookie: `${name}=${renewed.value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${renewed.maxAge}${isSecure ? '; Secure' : ''}`,
    };
  }

  /** Who is not known may have been added a moment ago, by another process: looks once more before saying no. */
  private async look(file: { look(): Promise<void> }): Promise<boolean> {
    try {
      await file.look();
      return true;
    } catch (error) {
      this.warn(messageOf(error));
      return false;
    }
  }

  /** Takes in changes of the users file that are at most two seconds old. Never throws: what is known stays in force. */
  async refresh(): Promise<void> {
    const { accounts } = this.options;
    try {
      await Promise.all([
        accounts.users.refresh(),
        accounts.ended.refresh(),
        accounts.tokens.refresh(),
        accounts.elevations.refresh(),
      ]);
    } catch (error) {
      this.warn(messageOf(error));
    }
  }

  /**
   * Whether the person still exists, is enabled, and has the role and epoch of the sign-in. Answers from memory;
   * call `refresh` at least every few seconds.
   */
  isLive(actor: Actor): boolean {
    const { users, ended, tokens, elevations } = this.options.accounts;
    if (actor.kind === 'token') return actor.name === CONFIGURED_TOKEN || tokens.isLive(actor.name);
    if (!actor.session || ended.has(actor.session.id)) return false;
    const user = users.find(actor.name);
    if (user === null || user.isDisabled || user.epoch !== actor.session.epoch) return false;
    if (!actor.raised) return user.role === actor.role;
    const raised = elevations.of(actor.session.id);
    return user.role === actor.raised.from && raised?.to === actor.role && raised.until === actor.raised.until;
  }

  /** The actor with the role that this session has for some minutes, if it has one. */
  private raised(actor: Actor): Actor {
    const raised = this.options.accounts.elevations.of(actor.session?.id);
    if (raised?.from !== actor.role) return actor;
    return { ...actor, role: raised.to, raised: { from: raised.from, until: raised.until } };
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

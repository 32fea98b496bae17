import type { Config } from './config/config';
import type { Claims, OidcRefusal } from './auth/oidc-claims';
import type { Access } from './domain/access';
import type { Actor, Role } from './domain/permissions';

/** Outcome of a sign-in attempt. */
export type SignInResult =
  | { ok: true; email: string; role: Actor['role']; epoch: number; sessionId: string }
  /** `code-needed`, `code-wrong`: the password fits, and this person has a second factor. */
  | { ok: false; reason: SignInRefusal; retryAfterSeconds?: number };

export type SignInRefusal = 'wrong' | 'too-many' | 'code-needed' | 'code-wrong' | OidcRefusal | 'taken' | 'disabled';

/** Who the identity provider says has come. */
export type OidcArrival = { claims: Claims; address: string; agent: string };

/** What somebody gives to come in; `agent`: what the browser says of itself. */
export type SignInAttempt = { email: string; password: string; code: string; address: string; agent: string };

/**
 * What the web process hands to the pages and routes that Next runs. Next loads modules a second time in its own
 * bundle; through this object all of it shares the process's one set of connections.
 */
export type Host = {
  readonly config: Config;
  /** The whole HTTP API under `/api/v1`, `/api/health` and `/api/ready`. */
  api(request: Request): Promise<Response>;
  /** Who sent this request, as the gate established it; `null` when nobody is signed in. */
  actorFrom(headers: Headers): Actor | null;
  /** What a role allows as it is configured now. */
  accessOf(role: Role): Access;
  /** Checks a password; attempts are limited per account and address. */
  signIn(attempt: SignInAttempt): Promise<SignInResult>;
  /** Lets in whom the identity provider vouches for, or not. */
  signInByOidc(arrival: OidcArrival): Promise<SignInResult>;
  /** Ends one session before it runs out: a copy of its cookie is worth nothing from then on. */
  endSession(sessionId: string): Promise<void>;
  /** What the sign-in library has to say, for the log. */
  logAuth(level: 'error' | 'warn', code: string, detail?: unknown): void;
  /** Key that signs sessions. */
  readonly secret: string;
};

/** Headers by which the gate tells the pages and routes what it found; it removes what a client sends under these names. */
export const INTERNAL_HEADER_PREFIX = 'x-tailback-';
/** Who sent the request: base64url of the actor as JSON. Absent when nobody is signed in. */
export const ACTOR_HEADER = 'x-tailback-actor';
/** Address of the client. */
export const ADDRESS_HEADER = 'x-tailback-address';

const HOST_KEY = Symbol.for('tailback.host');

export function setHost(host: Host): void {
  (globalThis as Record<symbol, unknown>)[HOST_KEY] = host;
}

/** @throws when the pages run without `workers/web.ts` around them */
export function getHost(): Host {
  const host = (globalThis as Record<symbol, unknown>)[HOST_KEY] as Host | undefined;
  if (!host)
    throw new Error('Tailback is started with "npm start", not with Next alone: the gate in front of it is missing');
  return host;
}

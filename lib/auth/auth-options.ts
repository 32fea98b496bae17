import type { NextAuthOptions } from 'next-auth';
import credentials from 'next-auth/providers/credentials';
import type { Host } from '../host';
import { OIDC, oidcProvider } from './oidc-provider';
import { sessionCookieName, SESSION_SECONDS } from './session-token';

type SignedIn = { id: string; email: string; role: string; epoch: number };

/**
 * Sign-in and sign-out for one request. Pages carry no session data: what counts is who the gate saw.
 * @param isSecure whether the person came over HTTPS; decides the cookies' names and their Secure flag
 * @param from who asks: address as the gate found it, and what the browser says of itself
 */
export function authOptions(host: Host, isSecure: boolean, from: { address: string; agent: string }): NextAuthOptions {
  const cookie = (name: string) => ({
    name,
    options: { httpOnly: true, sameSite: 'lax' as const, path: '/', secure: isSecure },
  });
  const prefix = isSecure ? '__Host-' : '';
  return {
    secret: host.secret,
    useSecureCookies: isSecure,
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    pages: { signIn: '/sign-in', signOut: '/sign-in', error: '/sign-in' },
    cookies: {
      sessionToken: cookie(sessionCookieName(isSecure)),
      csrfToken: cookie(`${prefix}tailback.csrf`),
      callbackUrl: cookie(`${prefix}tailback.callback`),
    },
    providers: [
      credentials({
        credentials: {
          email: { label: 'E-mail', type: 'email' },
          password: { label: 'Password', type: 'password' },
          code: { label: 'Code', type: 'text' },
        },
        async authorize(given): Promise<SignedIn | null> {
          const result = await host.signIn({
            email: given?.email ?? '',
            password: given?.password ?? '',
            code: given?.code ?? '',
            ...from,
          });
          if (result.ok) return { id: result.sessionId, email: result.email, role: result.role, epoch: result.epoch };
          if (result.reason === 'too-many') throw new Error(`too-many:${result.retryAfterSeconds ?? 60}`);
          if (result.reason !== 'wrong') throw new Error(result.reason);
          return null;
        },
      }),
      ...(host.config.oidc ? [oidcProvider(host.config.oidc)] : []),
    ],
    callbacks: {
      async signIn({ user, account, profile }) {
        if (account?.provider !== OIDC) return true;
        const result = await host.signInByOidc({ claims: { ...profile }, ...from });
        if (!result.ok) return `/sign-in?error=${result.reason}`;
        const { sessionId: id, email, role, epoch } = result;
        // The session is made of this very object right after.
        Object.assign(user, { id, email, role, epoch } satisfies SignedIn);
        return true;
      },
      jwt({ token, user }) {
        if (!user) return token;
        const { id, email, role, epoch } = user as SignedIn;
        return { email, role, epoch, sid: id, signedInAt: Math.floor(Date.now() / 1_000) };
      },
      session: ({ session, token }) => ({ ...session, user: { email: token.email ?? null, role: token['role'] } }),
      redirect: ({ url, baseUrl }) => sameOrigin(url, baseUrl),
    },
    events: {
      async signOut({ token }) {
        const { sid } = (token ?? {}) as { sid?: unknown };
        if (typeof sid === 'string') await host.endSession(sid);
      },
    },
    logger: {
      // next-auth's own logger prints stack traces to the console; refused sign-ins are no errors.
      error: (code, metadata) => host.logAuth('error', code, metadata),
      warn: (code) => host.logAuth('warn', code),
      debug: () => undefined,
    },
  };
}

/** Where to go afterwards: only to a path of our own origin. */
function sameOrigin(url: string, baseUrl: string): string {
  try {
    const target = new URL(url, baseUrl);
    return target.origin === new URL(baseUrl).origin ? target.href : baseUrl;
  } catch {
    return baseUrl;
  }
}

import { createServer, type Server } from 'node:http';
import { freePort } from '../workers/setup/free-port';
import Provider from 'oidc-provider';

/** Somebody whom the provider knows; any password fits. */
export type Somebody = { email: string; isVerified?: boolean; groups?: string[] };

export type TestOidc = { issuer: string; clientId: string; clientSecret: string; stop(): Promise<void> };

/** A real OpenID Connect provider on loopback, with its own sign-in pages. `redirectTo`: the client's callback. */
export async function startOidc(redirectTo: string, people: Record<string, Somebody>): Promise<TestOidc> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const [clientId, clientSecret] = ['tailback', 'a secret of the test only'];
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectTo],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['groups'] },
    cookies: { keys: ['of the test'] },
    findAccount: (_: unknown, login: string) => {
      const somebody = people[login];
      if (!somebody) return undefined;
      const { email, isVerified = true, groups = [] } = somebody;
      return {
        accountId: login,
        claims: () => Promise.resolve({ sub: login, email, email_verified: isVerified, groups }),
      };
    },
  });
  const server: Server = createServer((request, response) => void provider.callback()(request, response));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    issuer,
    clientId,
    clientSecret,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

import type { OAuthConfig } from 'next-auth/providers/oauth';
import { TokenSet } from 'openid-client';
import type { Config } from '../config/config';
import type { Claims } from './oidc-claims';

/** Id of the provider in the addresses of sign-in. */
export const OIDC = 'oidc';

/**
 * An OpenID Connect provider found by discovery: code flow with PKCE, state and nonce. Groups stand in the ID token at
 * some providers and in the user info at others, so both are read; the ID token's claims win.
 */
export function oidcProvider({
  issuer,
  name,
  clientId,
  clientSecret,
  scope,
}: Config['oidc'] & object): OAuthConfig<Claims> {
  return {
    id: OIDC,
    name,
    type: 'oauth',
    wellKnown: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    issuer,
    clientId,
    clientSecret,
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    authorization: { params: { scope } },
    userinfo: {
      // Given the whole token set, the client compares the subjects of both.
      request: async ({ tokens, client }) => {
        const set = new TokenSet(tokens);
        return { ...(await client.userinfo(set)), ...set.claims() };
      },
    },
    profile: (claims) => ({ id: typeof claims['sub'] === 'string' ? claims['sub'] : '' }),
  };
}

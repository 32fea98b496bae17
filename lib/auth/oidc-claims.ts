import type { OidcConfig } from '../config/config';
import type { Role } from '../domain/permissions';

/** What an identity provider says of a person: the ID token's claims, completed by the user info's. */
export type Claims = Readonly<Record<string, unknown>>;

export type Admitted = { subject: string; email: string; role: Role };
export type OidcRefusal = 'no-email' | 'email-not-verified' | 'domain' | 'no-role';

/**
 * Whether somebody whom the provider vouches for may come in, and as what. Domains and groups are compared whole: a
 * pattern that is not anchored has opened other dashboards to everybody. Of several groups the first of the
 * configuration counts.
 */
export function admit(config: OidcConfig, claims: Claims): Admitted | { refused: OidcRefusal } {
  const { sub, email, email_verified: isVerified } = claims;
  if (typeof sub !== 'string' || sub === '' || typeof email !== 'string' || !/^[^\s@]+@[^\s@]+$/.test(email))
    return { refused: 'no-email' };
  // Some providers send it as text; one that is silent about it is trusted with addresses.
  if (isVerified === false || isVerified === 'false') return { refused: 'email-not-verified' };
  const address = email.toLowerCase();
  const domain = address.slice(address.lastIndexOf('@') + 1);
  if (config.allowedDomains.length > 0 && !config.allowedDomains.includes(domain)) return { refused: 'domain' };
  const groups = textsOf(claims[config.groupsClaim]);
  const role = Object.entries(config.groups).find(([group]) => groups.includes(group))?.[1] ?? config.defaultRole;
  return role === null ? { refused: 'no-role' } : { subject: sub, email: address, role };
}

function textsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return [claim];
  return Array.isArray(claim) ? claim.filter((one) => typeof one === 'string') : [];
}

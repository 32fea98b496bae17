import { expect, test } from 'vitest';
import { oidcSchema } from '../config/config';
import { admit } from './oidc-claims';

const config = oidcSchema.parse({
  issuer: 'https://login.example.com',
  clientId: 'tailback',
  allowedDomains: ['Example.com'],
  groups: { 'queue-admins': 'admin', ops: 'operator' },
});
const claims = { sub: 's1', email: 'Ana@Example.com', groups: ['ops'] };

test.each([
  ['one group', {}, { subject: 's1', email: 'ana@example.com', role: 'operator' }],
  [
    'the first of the configuration',
    { groups: ['ops', 'queue-admins'] },
    { subject: 's1', email: 'ana@example.com', role: 'admin' },
  ],
  ['a group as text', { groups: 'ops' }, { subject: 's1', email: 'ana@example.com', role: 'operator' }],
  ['no group', { groups: [] }, { refused: 'no-role' }],
  ['a group that only begins like one', { groups: ['ops-interns', 'my-ops'] }, { refused: 'no-role' }],
  ['a group in other case', { groups: ['OPS'] }, { refused: 'no-role' }],
  ['groups that are no texts', { groups: [{ ops: true }, 7, null] }, { refused: 'no-role' }],
  ['another domain', { email: 'ana@elsewhere.com' }, { refused: 'domain' }],
  ['a domain that ends alike', { email: 'ana@notexample.com' }, { refused: 'domain' }],
  ['a domain below', { email: 'ana@evil.example.com' }, { refused: 'domain' }],
  ['two at signs', { email: 'ana@example.com@evil.com' }, { refused: 'no-email' }],
  ['no address', { email: undefined }, { refused: 'no-email' }],
  ['no subject', { sub: '' }, { refused: 'no-email' }],
  ['an address that was not verified', { email_verified: false }, { refused: 'email-not-verified' }],
  ['the same as text', { email_verified: 'false' }, { refused: 'email-not-verified' }],
])('%s', (_, changes, expected) => expect(admit(config, { ...claims, ...changes })).toEqual(expected));

test('a role for everybody of the domain', () =>
  expect(admit({ ...config, defaultRole: 'viewer' }, { ...claims, groups: [] })).toMatchObject({ role: 'viewer' }));

test.each([
  [{ issuer: 'http://login.example.com' }, /https/],
  [{ issuer: 'nonsense' }, /https/],
  [{ allowedDomains: ['*.example.com'] }, /whole domain/],
  [{ groups: {}, defaultRole: null }, /nobody could come in/],
])('a configuration with %j is refused', (changes, message) => {
  const parsed = oidcSchema.safeParse({
    issuer: 'https://x.example',
    clientId: 'a',
    groups: { ops: 'viewer' },
    ...changes,
  });
  expect(parsed.error?.message).toMatch(message);
});

import { describe, expect, test } from 'vitest';
import { isCrossSite } from './cross-site';
import { hostNameOf, isKnownHost } from './host-name';
import { reachedAs } from './origin';
import { isOpenPath, requestTarget } from './request-target';

describe('host names', () => {
  test.each([
    { host: 'localhost:3000', expected: true },
    { host: '127.0.0.1', expected: true },
    { host: '[::1]:3000', expected: true },
    { host: '10.1.2.3:80', expected: true },
    { host: 'Tailback.Example:8443', expected: true },
    { host: 'tailback.example.', expected: true },
    { host: 'evil.example', expected: false },
    { host: 'tailback.example.evil.example', expected: false },
    { host: '127.0.0.1.evil.example', expected: false },
    { host: '2130706433', expected: false },
    { host: 'evil@tailback.example', expected: false },
    { host: undefined, expected: false },
  ])('$host → $expected', ({ host, expected }) => {
    const name = hostNameOf(host);
    expect(name !== null && isKnownHost(name, ['tailback.example'])).toBe(expected);
  });
});

describe('scheme and host of a person', () => {
  const config = { publicUrl: 'https://tailback.example', allowedHosts: ['tailback.example'] };
  test('HTTPS is assumed for the host of an https TAILBACK_URL only', () => {
    expect(reachedAs({ host: 'tailback.example' }, 1, false, config)).toEqual({
      host: 'tailback.example',
      isSecure: true,
    });
    expect(reachedAs({ host: '127.0.0.1:3000' }, 1, false, config)).toEqual({
      host: '127.0.0.1:3000',
      isSecure: false,
    });
  });
  test('only a trusted proxy may say otherwise', () => {
    const headers = { host: '127.0.0.1:3000', 'x-forwarded-host': 'tailback.example', 'x-forwarded-proto': 'https' };
    expect(reachedAs(headers, 1, true, config)).toEqual({ host: 'tailback.example', isSecure: true });
    expect(reachedAs(headers, 1, false, config)).toEqual({ host: '127.0.0.1:3000', isSecure: false });
  });
  test('a forwarded host is checked like any other, and two hosts are none', () => {
    expect(reachedAs({ host: '127.0.0.1', 'x-forwarded-host': 'evil.example' }, 1, true, config)).toEqual({
      found: 'evil.example',
    });
    expect(reachedAs({ host: 'tailback.example' }, 2, false, config)).toEqual({ found: 'tailback.example' });
  });
});

describe('writes', () => {
  const base = {
    secFetchSite: undefined,
    origin: undefined,
    host: 'a.example:3000',
    isSecure: false,
    publicOrigin: 'https://tailback.example',
  };
  test.each([
    {
      given: { secFetchSite: 'same-origin', origin: 'http://a.example:3000' },
      expected: false,
      because: 'our own page may write',
    },
    { given: { secFetchSite: 'cross-site' }, expected: true, because: 'another site may not' },
    {
      given: { secFetchSite: 'same-site', origin: 'http://a.example:3000' },
      expected: true,
      because: 'nor may a sister host',
    },
    { given: { origin: 'http://a.example:3000' }, expected: false, because: 'on plain HTTP the origin decides' },
    { given: { origin: 'http://a.example:4000' }, expected: true, because: 'another port is another origin' },
    { given: { origin: 'null' }, expected: true, because: 'a sandboxed page is nobody' },
    {
      given: { origin: 'https://tailback.example' },
      expected: false,
      because: 'a proxy may change the host on the way',
    },
    { given: {}, expected: false, because: 'programs send neither' },
  ])('$because', ({ given, expected }) => expect(isCrossSite({ ...base, ...given })).toBe(expected));
});

describe('paths', () => {
  test.each([
    '//evil.example/x',
    '/a/../b',
    '/a/%2e%2E/b',
    '/./a',
    '/a\\b',
    '/a%5cb',
    'http://evil.example/',
    '*',
    '',
    '/a b',
    '/%00',
    '/%zz',
    '/a#b',
  ])('%s is refused', (url) => expect(requestTarget(url)).toBeNull());
  test('a query is not part of the path', () =>
    expect(requestTarget('/queues/a?b=../c')).toEqual({ pathname: '/queues/a', search: '?b=../c' }));

  const open = { files: new Set(['/icon.svg']), isDev: false };
  test.each([
    '/sign-in',
    '/icon.svg',
    '/api/health',
    '/api/ready',
    '/api/auth/csrf',
    '/api/auth/callback/credentials',
    '/_next/static/chunks/a.js',
  ])('%s is open', (path) => expect(isOpenPath(path, open)).toBe(true));
  test.each([
    '/',
    '/sign-in/',
    '/sign-in/x',
    '/api/v1/queues',
    '/api/healthy',
    '/_next/image',
    '/_next/data/x.json',
    '/_next/hmr',
    '/_next/static/..%2f..%2fapi',
    '/api/auth',
    '/api/auth/a/b/c',
    '/arena',
    '/arena/c/x',
    '/api/auth/..%2fv1',
  ])('%s is closed', (path) => expect(isOpenPath(path, open)).toBe(false));
});

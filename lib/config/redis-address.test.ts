import { describe, expect, test } from 'vitest';
import { readRedisUrl, shownRedisUrl, withoutPassword } from './redis-address';

const nobody = { username: null, password: null, isTls: false, tls: {} };

describe('what a Redis URL says', () => {
  test.each([
    { url: 'redis://u:p@h:1/2', expected: { kind: 'one', url: 'redis://u:p@h:1/2', tls: {} } },
    {
      url: 'rediss://h:1/2?caFile=/a.pem&serverName=r&family=6',
      expected: { kind: 'one', url: 'rediss://h:1/2?family=6', tls: { caFile: '/a.pem', serverName: 'r' } },
    },
    { url: 'rediss://h', expected: { kind: 'one', url: 'rediss://h', tls: {} } },
    {
      url: 'redis+sentinel://a:1,b,[::1]:3/main/4',
      expected: {
        kind: 'sentinel',
        ...nobody,
        sentinels: [
          { host: 'a', port: 1 },
          { host: 'b', port: 26_379 },
          { host: '::1', port: 3 },
        ],
        master: 'main',
        database: 4,
        sentinelUsername: null,
        sentinelPassword: null,
      },
    },
    {
      url: 'rediss-sentinel://me:p%40s:s@a/main?sentinelUsername=s&sentinelPassword=t%26',
      expected: expect.objectContaining({
        username: 'me',
        password: 'p@s:s',
        isTls: true,
        database: 0,
        sentinelUsername: 's',
        sentinelPassword: 't&',
      }),
    },
    {
      url: 'redis+cluster://:pw@a:7000,b:7001',
      expected: {
        kind: 'cluster',
        ...nobody,
        password: 'pw',
        nodes: [
          { host: 'a', port: 7000 },
          { host: 'b', port: 7001 },
        ],
      },
    },
    { url: 'redis-cluster://a/0', expected: expect.objectContaining({ nodes: [{ host: 'a', port: 6379 }] }) },
  ])('$url', ({ url, expected }) => expect(readRedisUrl(url)).toEqual(expected));
});

describe('one that cannot be used says what is expected, and no password', () => {
  test.each([
    { url: 'http://me:s3cret@h', says: /expected redis:\/\/.*redis\+sentinel:\/\/.*redis\+cluster/ },
    { url: 'redis+sentinel://me:s3cret@a:1', says: /names no master, expected redis\+sentinel/ },
    { url: 'redis+sentinel://me:s3cret@a:1/m/x', says: /no database/ },
    { url: 'redis+sentinel://me:s3cret@/m', says: /names no host/ },
    { url: 'redis+cluster://me:s3cret@a:1/3', says: /only one/ },
    { url: 'redis+cluster://me:s3cret@a:99999', says: /"a:99999", expected host:port/ },
    { url: 'redis+cluster://me:s3cret@a?tls=1', says: /"tls", expected none/ },
    { url: 'redis+sentinel://me:s3cret%@a/m', says: /%25/ },
  ])('$url', ({ url, says }) => {
    const why = () => readRedisUrl(url);
    expect(why).toThrow(says);
    expect(why).not.toThrow(/s3cret/);
  });
});

test.each([
  { url: 'redis://me:s3/cr@t@h:1/0', shown: 'redis://***@h:1/0' },
  { url: 'redis+sentinel://me:s@a,b/m/1?sentinelPassword=s', shown: 'redis+sentinel://***@a,b/m/1' },
  { url: 'redis+cluster://a:1,b:2', shown: 'redis+cluster://a:1,b:2' },
])('$shown is shown without credentials', ({ url, shown }) => {
  expect(shownRedisUrl(url)).toBe(shown);
});

test('a password in the options is hidden in messages, too', () =>
  expect(withoutPassword('redis+sentinel://a/m?sentinelPassword=s3cret&x=1')).toBe(
    'redis+sentinel://a/m?sentinelPassword=***&x=1',
  ));

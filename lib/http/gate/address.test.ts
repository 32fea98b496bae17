import { describe, expect, test } from 'vitest';
import { addressRanges, clientAddress, normalAddress } from './address';

const rules = {
  isAllowed: addressRanges(['127.0.0.0/8', '::1/128', '10.0.0.0/8', 'fc00::/7']),
  isTrustedProxy: addressRanges(['10.9.9.9', '127.0.0.3']),
};

describe('ranges', () => {
  test.each([
    {
      address: '::ffff:10.1.2.3',
      list: ['10.0.0.0/8'],
      expected: true,
      because: 'a mapped IPv4 address is that IPv4 address',
    },
    {
      address: '10.1.2.3',
      list: ['::ffff:10.0.0.0/104'],
      expected: true,
      because: 'a mapped range is that IPv4 range',
    },
    { address: '11.0.0.1', list: ['10.0.0.0/8'], expected: false, because: 'outside is outside' },
    {
      address: '100.64.0.1',
      list: ['10.0.0.0/8', '192.168.0.0/16'],
      expected: false,
      because: 'carrier NAT is not private by default',
    },
    { address: 'fe80::1%eth0', list: ['fe80::/10'], expected: true, because: 'a zone does not change the network' },
    { address: '192.0.2.7', list: ['192.0.2.7'], expected: true, because: 'a bare address is a range of one' },
    {
      address: '127.1',
      list: ['127.0.0.0/8'],
      expected: false,
      because: 'short spellings are not addresses of sockets',
    },
    { address: 'unknown', list: ['0.0.0.0/0', '::/0'], expected: false, because: 'text is no address' },
  ])('$because', ({ address, list, expected }) => expect(addressRanges(list)(address)).toBe(expected));

  test('an address has one spelling', () => expect(normalAddress('::FFFF:7f00:1')).toBe('127.0.0.1'));
});

describe('who the client is', () => {
  test.each([
    {
      peer: '10.0.0.5',
      headers: {},
      expected: { ok: true, address: '10.0.0.5', isProxied: false },
      because: 'the peer is the client',
    },
    {
      peer: '203.0.113.5',
      headers: {},
      expected: { ok: false, reason: 'peer-not-allowed', address: '203.0.113.5' },
      because: 'a peer from outside is refused',
    },
    {
      peer: '127.0.0.1',
      headers: { 'x-forwarded-for': '10.0.0.5' },
      expected: { ok: false, reason: 'untrusted-proxy', address: '127.0.0.1' },
      because: 'a claim of an untrusted peer is refused',
    },
    {
      peer: '127.0.0.1',
      headers: { forwarded: 'for=10.0.0.5' },
      expected: { ok: false, reason: 'untrusted-proxy', address: '127.0.0.1' },
      because: 'also in the standard header',
    },
    {
      peer: '127.0.0.1',
      headers: { 'x-real-ip': '10.0.0.5' },
      expected: { ok: false, reason: 'untrusted-proxy', address: '127.0.0.1' },
      because: 'also in nginx’ header',
    },
    {
      peer: '10.9.9.9',
      headers: { 'x-forwarded-for': '10.0.0.5' },
      expected: { ok: true, address: '10.0.0.5', isProxied: true },
      because: 'a trusted proxy names the client',
    },
    {
      peer: '10.9.9.9',
      headers: { 'x-forwarded-for': '10.0.0.5, 203.0.113.9' },
      expected: { ok: false, reason: 'client-not-allowed', address: '203.0.113.9' },
      because: 'what stands left of the right-most hop was written by the client',
    },
    {
      peer: '10.9.9.9',
      headers: { 'x-forwarded-for': '203.0.113.9, 10.0.0.5, 127.0.0.3' },
      expected: { ok: true, address: '10.0.0.5', isProxied: true },
      because: 'trusted hops are passed over from the right',
    },
    {
      peer: '10.9.9.9',
      headers: { 'x-forwarded-for': 'unknown' },
      expected: { ok: false, reason: 'unreadable', address: '10.9.9.9' },
      because: 'an unreadable hop proves nothing',
    },
    {
      peer: '10.9.9.9',
      headers: { 'x-forwarded-for': '10.0.0.5:4711' },
      expected: { ok: true, address: '10.0.0.5', isProxied: true },
      because: 'a port is not part of the address',
    },
    {
      peer: '10.9.9.9',
      headers: { forwarded: 'proto=https;for="[fd00::5]:4711"' },
      expected: { ok: true, address: 'fd00::5', isProxied: true },
      because: 'the standard header quotes IPv6',
    },
    {
      peer: '10.9.9.9',
      headers: {},
      expected: { ok: true, address: '10.9.9.9', isProxied: true },
      because: 'a proxy may ask for itself',
    },
    {
      peer: undefined,
      headers: {},
      expected: { ok: false, reason: 'unreadable', address: 'unknown' },
      because: 'a socket that is gone has no address',
    },
  ])('$because', ({ peer, headers, expected }) => expect(clientAddress(peer, headers, rules)).toEqual(expected));
});

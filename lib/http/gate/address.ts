import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** Whether an address lies in one of some ranges; `::ffff:10.0.0.1` counts as `10.0.0.1`. */
export type AddressRanges = (address: string) => boolean;

/** @param list addresses and ranges such as `10.0.0.0/8`, `::1`; checked by the configuration before */
export function addressRanges(list: readonly string[]): AddressRanges {
  const ranges = list.map(toRange);
  return (text) => {
    const address = parseAddress(text);
    return (
      address !== null &&
      ranges.some(([network, bits]) => network.kind() === address.kind() && address.match(network as never, bits))
    );
  };
}

/** The address in its usual spelling, mapped IPv4 as IPv4; `null` when it is none. */
export function normalAddress(text: string | undefined): string | null {
  return parseAddress(text ?? '')?.toString() ?? null;
}

export type ClientAddress =
  /** `isProxied`: the peer is a trusted proxy, so its other `X-Forwarded-…` headers count as well. */
  | { ok: true; address: string; isProxied: boolean }
  | {
      ok: false;
      reason: 'peer-not-allowed' | 'client-not-allowed' | 'untrusted-proxy' | 'unreadable';
      address: string;
    };

export type AddressRules = { isAllowed: AddressRanges; isTrustedProxy: AddressRanges };

/** Headers that claim to know who the client is. */
const CLAIMS = ['x-forwarded-for', 'forwarded', 'x-real-ip'] as const;

/**
 * Who the client is: the peer of the socket, or, behind a trusted proxy, the right-most address in
 * `X-Forwarded-For` (else `Forwarded`) that is not a trusted proxy itself. Everything left of it was written by the
 * client and proves nothing. A claim from an untrusted peer is refused and not ignored: a proxy on the same machine
 * makes every visitor look like loopback, and an administrator has to notice that.
 */
export function clientAddress(
  socketAddress: string | undefined,
  headers: Record<string, string | string[] | undefined>,
  rules: AddressRules,
): ClientAddress {
  const peer = normalAddress(socketAddress);
  if (peer === null) return { ok: false, reason: 'unreadable', address: socketAddress ?? 'unknown' };
  const isProxy = rules.isTrustedProxy(peer);
  if (!isProxy && !rules.isAllowed(peer)) return { ok: false, reason: 'peer-not-allowed', address: peer };
  if (!isProxy) {
    const hasClaim = CLAIMS.some((name) => headers[name] !== undefined);
    return hasClaim
      ? { ok: false, reason: 'untrusted-proxy', address: peer }
      : { ok: true, address: peer, isProxied: false };
  }
  const hops = forwardedHops(headers);
  if (hops === null) return { ok: false, reason: 'unreadable', address: peer };
  const client = hops.findLast((hop) => !rules.isTrustedProxy(hop)) ?? hops[0] ?? peer;
  if (!rules.isAllowed(client) && client !== peer) return { ok: false, reason: 'client-not-allowed', address: client };
  return { ok: true, address: client, isProxied: true };
}

/** Addresses that the proxies wrote, nearest last; `null` when one cannot be read. */
function forwardedHops(headers: Record<string, string | string[] | undefined>): string[] | null {
  const forwardedFor = joined(headers['x-forwarded-for']);
  const forwarded = joined(headers['forwarded']);
  const texts =
    forwardedFor !== undefined
      ? forwardedFor.split(',')
      : forwarded !== undefined
        ? forwarded.split(',').map(forOf)
        : [];
  const hops = texts.map((text) => normalAddress(withoutPort(text.trim())));
  return hops.includes(null) ? null : (hops as string[]);
}

function joined(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}

/** The `for=` part of one element of a `Forwarded` header. */
function forOf(element: string): string {
  const part = element.split(';').find((candidate) => /^\s*for\s*=/i.test(candidate)) ?? '';
  return part
    .slice(part.indexOf('=') + 1)
    .trim()
    .replace(/^"(.*)"$/, '$1');
}

function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1];
  if (bracketed !== undefined) return bracketed;
  return /^[\d.]+:\d+$/.test(text) ? text.slice(0, text.indexOf(':')) : text;
}

function parseAddress(text: string): Address | null {
  // Four decimal parts only: `127.1` or `0x7f.1` are spellings of attacks, not of sockets.
  const bare = text.replace(/%[\w.-]+$/, '');
  if (!ipaddr.IPv6.isValid(bare) && !ipaddr.IPv4.isValidFourPartDecimal(bare)) return null;
  return ipaddr.process(bare);
}

function toRange(text: string): Range {
  const [network, bits] = ipaddr.isValidCIDR(text)
    ? ipaddr.parseCIDR(text)
    : ([ipaddr.parse(text), ipaddr.parse(text).kind() === 'ipv4' ? 32 : 128] as Range);
  if (network.kind() === 'ipv6' && (network as ipaddr.IPv6).isIPv4MappedAddress() && bits >= 96)
    return [(network as ipaddr.IPv6).toIPv4Address(), bits - 96];
  return [network, bits];
}

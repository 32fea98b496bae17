import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * What channels may not call unless allowed: this machine, where whoever may set a channel could speak to what
 * listens for its owner only, and the link-local and metadata addresses of clouds, which give away credentials.
 */
const REFUSED: readonly Range[] = [
  '127.0.0.0/8',
  '::1/128',
  '0.0.0.0/8',
  '::/128',
  '169.254.0.0/16',
  'fe80::/10',
  'fd00:ec2::254/128',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
].map((range) => ipaddr.parseCIDR(range));
/** IPv6 ranges whose last 32 bits are an IPv4 address that a gateway calls: NAT64. */
const NAT64 = ipaddr.parseCIDR('64:ff9b::/96');

/** Addresses and ranges of `allow`; what is none is left out. */
export function parseAllowed(allow: readonly string[] = []): Range[] {
  return allow.flatMap((text): Range[] => {
    if (ipaddr.isValidCIDR(text)) return [ipaddr.parseCIDR(text)];
    if (!ipaddr.isValid(text)) return [];
    const address = ipaddr.process(text);
    return [[address, address.kind() === 'ipv4' ? 32 : 128]];
  });
}

/** `address`: an IP literal, IPv6 with or without brackets. `false` for what is not one. */
export function isRefusedAddress(address: string, allowed: readonly Range[] = []): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (!ipaddr.isValid(bare)) return false;
  const parsed = meant(bare);
  return isIn(parsed, REFUSED) && !isIn(parsed, allowed);
}

/**
 * A `lookup` for sockets that refuses names which resolve to a refused address. The socket connects to the very
 * addresses that were checked, so a name that changes its answer in between gains nothing.
 * @param resolve the resolver asked, the system's by default
 */
export function guardedLookup(allowed: readonly Range[] = [], resolve: typeof dns.lookup = dns.lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const [first] = addresses;
      if (!first) return callback(new Error(`${hostname} has no address`), []);
      if (addresses.some(({ address }) => isRefusedAddress(address, allowed)))
        return callback(new Error(refusal(hostname)), []);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

export function refusal(hostname: string): string {
  return `${hostname} leads to a loopback, link-local or metadata address, which channels may not call; name it in the channel's "allow" if it is meant`;
}

/** The address that is really called: mapped and translated IPv4 as IPv4. */
function meant(bare: string): ipaddr.IPv4 | ipaddr.IPv6 {
  const parsed = ipaddr.process(bare);
  if (parsed.kind() === 'ipv4') return parsed;
  const bytes = parsed.toByteArray();
  const isCompatible = bytes.slice(0, 12).every((byte) => byte === 0) && bytes[12] !== 0;
  return isCompatible || parsed.match(...(NAT64 as [ipaddr.IPv6, number])) ? new ipaddr.IPv4(bytes.slice(12)) : parsed;
}

function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, ranges: readonly Range[]): boolean {
  return ranges.some(([range, bits]) => address.kind() === range.kind() && address.match(range, bits));
}

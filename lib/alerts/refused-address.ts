import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Link-local ranges and the well-known metadata addresses of clouds: whoever may set a webhook must not read credentials there. */
const REFUSED = ['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::254/128', '100.100.100.200/32'].map((range) =>
  ipaddr.parseCIDR(range),
);

/** `address`: an IP literal, IPv6 with or without brackets. `false` for what is not one. */
export function isRefusedAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (!ipaddr.isValid(bare)) return false;
  const parsed = ipaddr.process(bare);
  return REFUSED.some(([range, bits]) => parsed.kind() === range.kind() && parsed.match(range, bits));
}

/**
 * A `lookup` for sockets that refuses names which resolve to a refused address. The socket connects to the very
 * addresses that were checked, so a name that changes its answer in between gains nothing.
 * @param resolve the resolver asked, the system's by default
 */
export function guardedLookup(resolve: typeof dns.lookup = dns.lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const [first] = addresses;
      if (!first) return callback(new Error(`${hostname} has no address`), []);
      if (addresses.some(({ address }) => isRefusedAddress(address))) return callback(new Error(refusal(hostname)), []);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

export function refusal(hostname: string): string {
  return `${hostname} leads to a link-local or metadata address, which webhooks may not call`;
}

import ipaddr from 'ipaddr.js';

/** Name or address in a `Host` header, lower case, without port and brackets; `null` when it is malformed. */
export function hostNameOf(header: string | undefined): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header ?? '');
  const name = match?.[1] ?? match?.[2];
  return name ? name.toLowerCase().replace(/\.$/, '') : null;
}

/**
 * Whether we answer to this name. A foreign web site can make its own name resolve to our address (DNS rebinding) and
 * then read from us as its own origin, but it cannot make a browser send a name of ours, a loopback name, or an
 * address in the `Host` header.
 */
export function isKnownHost(name: string, allowedHosts: readonly string[]): boolean {
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  if (ipaddr.IPv4.isValidFourPartDecimal(name) || ipaddr.IPv6.isValid(name)) return true;
  return allowedHosts.some((allowed) => hostNameOf(allowed) === name);
}

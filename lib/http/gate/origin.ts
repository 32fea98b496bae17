import type { IncomingHttpHeaders } from 'node:http';
import type { Config } from '../../config/config';
import { hostNameOf, isKnownHost } from './host-name';

/** The address under which a person reached us. */
export type ReachedAs = { host: string; isSecure: boolean };

export type HostProblem = { found: string | null };

/**
 * Under which host and scheme the person came. A trusted proxy may say so in `X-Forwarded-Host` and `-Proto`; without
 * that, HTTPS is assumed for the host of an https `TAILBACK_URL`, which a proxy in front then serves.
 * @param count how many `Host` headers the request had
 */
export function reachedAs(
  headers: IncomingHttpHeaders,
  count: number,
  isProxied: boolean,
  { publicUrl, allowedHosts }: Pick<Config, 'publicUrl' | 'allowedHosts'>,
): ReachedAs | HostProblem {
  const forwardedHost = isProxied ? last(headers['x-forwarded-host']) : undefined;
  for (const host of [headers.host, ...(forwardedHost === undefined ? [] : [forwardedHost])]) {
    const name = hostNameOf(host);
    if (count > 1 || name === null || !isKnownHost(name, allowedHosts)) return { found: host?.slice(0, 200) ?? null };
  }
  const host = forwardedHost ?? headers.host ?? '';
  const proto = isProxied ? last(headers['x-forwarded-proto']) : undefined;
  const known = new URL(publicUrl);
  const isSecure =
    proto !== undefined
      ? proto.toLowerCase() === 'https'
      : known.protocol === 'https:' && known.host === host.toLowerCase();
  return { host, isSecure };
}

function last(value: string | string[] | undefined): string | undefined {
  return (Array.isArray(value) ? value.join(',') : value)?.split(',').at(-1)?.trim();
}

import type { IncomingMessage } from 'node:http';
import { INTERNAL_HEADER_PREFIX } from '../../host';

/**
 * Headers that mean something to the parts behind the gate and that no client may send: our own, Next's internal
 * ones (some make it skip middleware or serve another path), and what proxies say, which the gate has read already.
 */
const FORBIDDEN = [
  INTERNAL_HEADER_PREFIX,
  'x-middleware-',
  'x-nextjs-',
  'x-next-',
  'x-invoke-',
  'x-now-',
  'x-vercel-',
  'x-forwarded-',
  'forwarded',
  'x-real-ip',
  'x-original-',
  'x-rewrite-url',
  'x-http-method',
  'x-matched-path',
  'x-prerender-revalidate',
  'x-action-forwarded',
  'x-nonce',
  'content-security-policy',
];

/** Removes forbidden headers, then adds ours. Both views of the headers (`headers`, `rawHeaders`) change. */
export function rewriteHeaders(request: IncomingMessage, ours: Record<string, string>): void {
  const isForbidden = (name: string) => FORBIDDEN.some((prefix) => name.toLowerCase().startsWith(prefix));
  const raw: string[] = [];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const [name, value] = [request.rawHeaders[index] ?? '', request.rawHeaders[index + 1] ?? ''];
    if (!isForbidden(name) && !(name.toLowerCase() in ours)) raw.push(name, value);
  }
  for (const name of Object.keys(request.headers)) if (isForbidden(name)) delete request.headers[name];
  for (const [name, value] of Object.entries(ours)) {
    request.headers[name] = value;
    raw.push(name, value);
  }
  request.rawHeaders = raw;
}

/** Takes one cookie out of the request, as if it had not been sent. */
export function withoutCookie(header: string | undefined, name: string): string {
  return (header ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !part.startsWith(`${name}=`))
    .join('; ');
}

import { createHash } from 'node:crypto';

/** The configured name, or one made of what the channel sends to: the same after every restart. */
export function channelKey(kind: string, name: string | undefined, secretTarget: string): string {
  return name ?? `${kind}-${createHash('sha256').update(secretTarget).digest('hex').slice(0, 12)}`;
}

/** Origin and first part of the path: user, query and the rest of the path may hold secrets (chat services put theirs there). */
export function shownUrl(url: URL): string {
  const [first = '', ...rest] = url.pathname.split('/').filter(Boolean);
  return `${url.origin}/${first}${rest.length > 0 ? '/…' : ''}`;
}

import type { QueueId } from './queue';

/**
 * A queue's id as one opaque path segment: base64url of the JSON array `[source, namespace, name]`.
 * Names may hold `/`, `.`, `..`, `%` or nothing at all (an empty prefix), which URL parsers and proxies
 * rewrite; this form survives all of them.
 */
export function toQueueKey(id: QueueId): string {
  const known = KNOWN.get(id);
  if (known !== undefined) return known;
  const key = keyOf(id);
  KNOWN.set(id, key);
  return key;
}

/** The collector asks for the same objects again and again. Ids are never changed. */
const KNOWN = new WeakMap<QueueId, string>();

function keyOf({ source, namespace, name }: QueueId): string {
  const bytes = new TextEncoder().encode(JSON.stringify([source, namespace, name]));
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** The inverse of `toQueueKey`; `null` when `key` is not one. */
export function fromQueueKey(key: string): QueueId | null {
  try {
    const binary = atob(key.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    const parts: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (!Array.isArray(parts) || parts.length !== 3) return null;
    const [source, namespace, name] = parts as unknown[];
    if (typeof source !== 'string' || typeof namespace !== 'string' || typeof name !== 'string') return null;
    if (source === '' || name === '') return null;
    return { source, namespace, name };
  } catch {
    return null;
  }
}

/** How a queue is called in sentences and logs: `source/namespace/name`. */
export function queueLabel({ source, namespace, name }: QueueId): string {
  return `${source}/${namespace}/${name}`;
}

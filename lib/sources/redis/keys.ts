import type { QueueId } from '../../domain/queue';

/** Everything of one queue lies under `base:`; Bull and BullMQ agree on that. */
export function baseOf({ namespace, name }: Pick<QueueId, 'namespace' | 'name'>): string {
  return `${namespace}:${name}`;
}

/**
 * Glob for one SCAN pass that finds every key that can betray a queue: `…:id` (job counter of both libraries),
 * `…:meta` (BullMQ), `…:stalled-check` (both, while workers run). Redis filters roughly, `readMarker` exactly.
 */
export const MARKER_PATTERN = '*:[ims][det]*';

const MARKERS = ['id', 'meta', 'stalled-check'] as const;

/** `bull:reports` and `meta` for `bull:reports:meta`; `null` for a key that marks no queue. */
export function readMarker(key: string): { base: string; marker: (typeof MARKERS)[number] } | null {
  for (const marker of MARKERS) {
    if (!key.endsWith(`:${marker}`)) continue;
    const base = key.slice(0, -marker.length - 1);
    return base.includes(':') && !base.endsWith(':') ? { base, marker } : null;
  }
  return null;
}

/**
 * Splits a base into key prefix and queue name. BullMQ forbids colons in names; Bull does not, so for it a known
 * prefix decides, else the first colon.
 */
export function splitBase(
  base: string,
  kind: 'bull' | 'bullmq',
  knownPrefixes: ReadonlySet<string>,
): { namespace: string; name: string } {
  let cut = kind === 'bullmq' ? base.lastIndexOf(':') : base.indexOf(':');
  if (kind === 'bull')
    for (const prefix of knownPrefixes)
      if (base.startsWith(`${prefix}:`) && base.length > prefix.length + 1 && prefix.length > cut) cut = prefix.length;
  return { namespace: base.slice(0, cut), name: base.slice(cut + 1) };
}

/**
 * Queue base from a connection's name. Workers of both libraries call themselves `prefix:base64(name)`, BullMQ adds
 * `:w:workerName` when the worker has a name; `:qe` marks an event listener, which works on nothing.
 */
export function workerFromClientName(clientName: string): { base: string; prefix: string } | null {
  const named = clientName.indexOf(':w:');
  const unnamed = named === -1 ? clientName : clientName.slice(0, named);
  const cut = unnamed.lastIndexOf(':');
  if (cut < 0) return null;
  const encoded = unnamed.slice(cut + 1);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded) || encoded.length % 4 !== 0) return null;
  const name = Buffer.from(encoded, 'base64').toString('utf8');
  if (name === '' || Buffer.from(name, 'utf8').toString('base64') !== encoded) return null;
  const prefix = unnamed.slice(0, cut);
  // What the client opens beside, for Pub/Sub and to ask where the slots are, works on nothing.
  if (prefix.startsWith('ioredis-cluster(')) return null;
  return { base: `${prefix}:${name}`, prefix };
}

/** Names under a queue's base that are its own keys: a job of such an id would destroy them. */
const OWN_KEYS = new Set(
  (
    'id meta meta-paused wait waiting paused active delayed priority prioritized pc marker completed failed stalled stalled-check ' +
    'waiting-children events repeat limiter delay de metrics added resumed drained duplicated progress'
  ).split(' '),
);

/** Says whether no job can have this id, because the key is (or may become) one of the queue's own. */
export function isReservedJobId(jobId: string): boolean {
  return (
    OWN_KEYS.has(jobId) ||
    /^(metrics|repeat|limiter|de):/.test(jobId) ||
    /:(lock|logs|dependencies|processed|failed|unsuccessful)$/.test(jobId)
  );
}

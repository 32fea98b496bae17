import { AppError } from '../../domain/errors';
import type { QueueId } from '../../domain/queue';
import { fromQueueKey } from '../../domain/queue-key';
import type { Route } from './route';

export type Match = { route: Route; params: Record<string, string>; queueId: QueueId | null };

/**
 * Finds the route of a path below `/api/v1`. A queue takes one segment as an opaque key or three in clear; since a key
 * is the base64 of a JSON array, no source can be called like one.
 * @throws AppError `bad-request` for broken percent-encoding, `method-not-allowed` when the path exists for others
 */
export function match(routes: readonly Route[], method: string, pathname: string): Match | null {
  const segments = pathname
    .split('/')
    .filter((segment) => segment !== '')
    .map(decode);
  let isKnownPath = false;
  for (const route of routes) {
    const found = fit(route.path.split('/').filter(Boolean), segments);
    if (!found) continue;
    isKnownPath = true;
    if (route.method === method || (method === 'HEAD' && route.method === 'GET')) return { route, ...found };
  }
  if (isKnownPath) throw new AppError('method-not-allowed', `${method} is not possible here.`);
  return null;
}

function fit(
  template: readonly string[],
  segments: readonly string[],
): { params: Record<string, string>; queueId: QueueId | null } | null {
  const params: Record<string, string> = {};
  let queueId: QueueId | null = null;
  let position = 0;
  for (const part of template) {
    if (part === '{queue}') {
      const [first = '', namespace, name] = segments.slice(position, position + 3);
      const byKey = fromQueueKey(first);
      if (byKey) position += 1;
      else if (namespace === undefined || name === undefined) return null;
      else position += 3;
      queueId = byKey ?? { source: first, namespace: namespace as string, name: name as string };
      continue;
    }
    const segment = segments[position];
    if (segment === undefined) return null;
    if (part.startsWith('{')) params[part.slice(1, -1)] = segment;
    else if (part !== segment) return null;
    position += 1;
  }
  return position === segments.length ? { params, queueId } : null;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new AppError('bad-request', 'The address holds a percent sign that encodes nothing.');
  }
}

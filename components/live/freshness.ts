import type { LiveState } from './live-store';

/** Figures older than this are shown as what they were, not as what is. */
export const STALE_MS = 5000;

/** `since`: ms since the epoch from which on the figures have been standing still. */
export type Freshness = { isStale: boolean; since: number | null; cause: 'stream' | 'silence' | 'collector' | null };

const FRESH: Freshness = { isStale: false, since: null, cause: null };

/** Whether what is shown can be taken for current. */
export function freshnessOf(
  { link, lastEventAt, brokers }: Pick<LiveState, 'link' | 'lastEventAt' | 'brokers'>,
  now: number,
): Freshness {
  if (link.state !== 'open' && now - link.since > STALE_MS)
    return { isStale: true, since: lastEventAt ?? link.since, cause: 'stream' };
  if (brokers && brokers.collector.state !== 'live')
    return { isStale: true, since: brokers.collector.lastSeenAt, cause: 'collector' };
  if (link.state === 'open' && lastEventAt !== null && now - lastEventAt > STALE_MS)
    return { isStale: true, since: lastEventAt, cause: 'silence' };
  return FRESH;
}

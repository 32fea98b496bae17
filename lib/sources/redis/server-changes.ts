import type { Servers } from '../../redis/servers';
import type { EventGap } from '../source';
import type { Watched } from './watched';

/** What was said last before a server went down may not have been read, and a replica may not have heard it. */
const REASON =
  'Redis was restarted here, or another server took its place: what happened last before that may be lost or unread.';

/**
 * Notes in each queue whether it can be read in this look, and finds those that another server holds than before
 * (failed over, restarted): of them, what happened since they were last reached may be missing. A slot that a living
 * node has given to another is no such case.
 * @param now ms, broker's clock
 */
export function noteServers(
  servers: Servers,
  queues: Iterable<Watched>,
  now: number,
): { changed: Watched[]; gaps: EventGap[] } {
  const changed: Watched[] = [];
  const gaps: EventGap[] = [];
  for (const watched of queues) {
    const { server, problem } = servers.holderOf(watched.base);
    watched.unread = problem;
    if (server === null) continue;
    const before = watched.serverId;
    if (before !== null && before !== server.id && !servers.isUp(before)) {
      changed.push(watched);
      gaps.push({ queue: watched.id, from: watched.reachedAt ?? now, to: now, reason: REASON });
    }
    watched.serverId = server.id;
  }
  return { changed, gaps };
}

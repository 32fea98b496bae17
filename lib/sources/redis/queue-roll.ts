import type { QueueId } from '../../domain/queue';
import type { Redis } from '../../redis/connection';
import type { Servers } from '../../redis/servers';
import { readPosition, WHOLE_SOURCE, type Position } from '../position';
import type { EventCursors } from '../source';
import type { BullEvents } from './bull-events';
import type { BullMqEvents } from './bullmq-events';
import type { Discovery, Found } from './discovery';
import type { GapDesk } from './gap-desk';
import { findGone } from './recheck';
import { newlyWatched, type WatchedQueues } from './watched';

/** Queues checked in one look for having gone. */
const RECHECK_AT_ONCE = 100;
/** On the very first look the streams are read this far back, so that the last minute is known at once. */
const FIRST_LOOK_BACK_MS = 60_000;

type Parts = {
  redis: Redis;
  servers: Servers;
  queues: WatchedQueues;
  discovery: Discovery;
  bull: BullEvents;
  bullMq: BullMqEvents;
  gaps: GapDesk;
  /** Whether workers that wait for its jobs name it. */
  isNamed: (base: string) => boolean;
  recheckMs: number;
  isReadOnly: boolean;
};

/** Who is watched: begins with queues that were found, from where they were left, and lets go of those that have gone. */
export class QueueRoll {
  private resumed: EventCursors = {};

  constructor(private readonly parts: Parts) {}

  resumeFrom(cursors: EventCursors): void {
    this.resumed = { ...cursors };
  }

  /** @returns whether one of Bull is among them. `now`: ms */
  async adopt(found: readonly Found[], now: number): Promise<boolean> {
    const { queues, servers, discovery, bull, bullMq, gaps } = this.parts;
    let isBull = false;
    for (const queue of found) {
      if (queues.has(queue.base)) continue;
      const watched = newlyWatched(queue, now);
      watched.serverId = servers.holderOf(queue.base).server?.id ?? null;
      queues.set(queue.base, watched);
      if (queue.kind === 'bull') {
        // Channels of a prefix that no worker has named yet must be heard too.
        discovery.addPrefix(queue.id.namespace);
        isBull = true;
        await bull.listen(queue.id.namespace);
      }
      const position = this.storedPosition(watched.key);
      // A position is good for one start: a queue that comes again later is a new one.
      delete this.resumed[watched.key];
      if (queue.kind === 'bull') {
        if (position || !queue.isNew) gaps.openSince(watched, position);
      } else if (position?.at.includes('-')) {
        watched.sureBaseline = position.baseline;
        bullMq.resume(queue.base, position.at);
      } else bullMq.followFrom(queue.base, queue.isNew ? 0 : bull.now() - FIRST_LOOK_BACK_MS);
    }
    return isBull;
  }

  /** Where a queue stood when it was last written: as it says, and at least where its whole source stood. */
  private storedPosition(key: string): Position | null {
    const own = readPosition(this.resumed[key]);
    const whole = readPosition(this.resumed[WHOLE_SOURCE]);
    if (!own || !whole || own.at.includes('-') || whole.ms <= own.ms) return own;
    return { ...own, at: whole.at, ms: whole.ms };
  }

  /** @returns those that are not there any more */
  async dropGone(now: number): Promise<{ base: string; id: QueueId }[]> {
    const { redis, queues, discovery, bullMq, isNamed, recheckMs, isReadOnly } = this.parts;
    const due = [...queues.values()]
      .filter(({ checkedAt, unread }) => unread === null && now - checkedAt >= recheckMs)
      .slice(0, RECHECK_AT_ONCE);
    if (due.length === 0) return [];
    const gone = await findGone(redis, due, isReadOnly, isNamed);
    for (const watched of due) watched.checkedAt = now;
    for (const { base } of gone) {
      queues.delete(base);
      bullMq.unfollow(base);
      discovery.forget(base);
    }
    return gone;
  }
}

import type { Tiers } from '../history/tiers';
import type { Redis } from '../redis/connection';
import { positionText, readPosition, WHOLE_SOURCE, type Position } from '../sources/position';
import type { EventCursors, EventGap, SourceWatch } from '../sources/source';
import { keys } from '../store/keys';
import type { Cut } from './cut-reading';
import { QueueFigures } from './queue-figures';
import { RunningTotals } from './queue-totals';
import type { SourceNews } from './source-news';
import { parseTotals, type WatchedQueue } from './watched-queue';

/** What two collectors call the same moment may be apart by this much (ms). */
const EDGE_MS = 1_000;
const UNSURE = 'Another collector took over: of what happened in that second it is not known which of them counted it.';

/** How far the store is with a source. */
export type Progress = { cursors: EventCursors; totals: Record<string, string> };

/** A script and not MULTI, in which a Redis that is full refuses reads, too. */
const READ_BOTH = `return {redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2])}`;

/** Positions and the totals up to them, as they were at one moment. */
export async function readProgress(store: Redis, source: string): Promise<Progress> {
  const [cursors, totals] = (await store.eval(READ_BOTH, 2, keys.cursors(source), keys.totals(source))) as string[][];
  return { cursors: toRecord(cursors ?? []), totals: toRecord(totals ?? []) };
}

/** Fields and values in turn. */
function toRecord(reply: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (let index = 0; index < reply.length; index += 2) record[reply[index] as string] = reply[index + 1] as string;
  return record;
}

export type GoOnContext = {
  source: SourceWatch;
  news: SourceNews;
  tiers: Tiers;
  /** Says whether events of a queue are held of the time between (ms). */
  holdsEvents: (queueKey: string, from: number, to: number) => boolean;
  /** ms, broker's clock. */
  now: number;
};

/**
 * What is to be kept of the readings that are held, by queue key, and what is marked. `storedUntil`: by queue key, up to when (ms) what
 * waits to be written of it is in the store already; queues that are not in it have nothing there of what waits.
 */
export type GoingOn = {
  cuts: Map<string, Cut>;
  gaps: EventGap[];
  storedUntil: Map<string, number>;
  /** Queues that are read again, and from where. */
  rewound: EventCursors;
};

/**
 * Makes what this collector saw the continuation of what the one before it wrote. Nobody else writes now, so what the
 * store says stays true: its records are what is added to, and of what was heard here only that counts which lies
 * beyond the stored position of the queue. What can be told again (a stream, a broker's totals) is, if anything has happened since.
 */
export function goOn(queues: readonly WatchedQueue[], progress: Progress, context: GoOnContext): GoingOn {
  const going: GoingOn = { cuts: new Map(), gaps: [], storedUntil: new Map(), rewound: {} };
  const whole = readPosition(progress.cursors[WHOLE_SOURCE])?.ms ?? 0;
  for (const queue of queues) {
    const cursor = progress.cursors[queue.key];
    const theirs = parseTotals(progress.totals[queue.key]);
    const stored = readPosition(cursor);
    if (context.news.isOurs(queue.key, cursor) && (stored !== null || theirs === null)) {
      queue.figures.markAllUnwritten();
      queue.totals.markUnwritten();
      if (stored !== null && context.news.wasSent(queue.key, cursor)) going.storedUntil.set(queue.key, stored.ms);
      continue;
    }
    queue.figures = new QueueFigures(context.now, context.tiers);
    queue.totals = new RunningTotals(theirs, queue.totals.value().since);
    going.storedUntil.set(queue.key, Infinity);
    going.cuts.set(
      queue.key,
      stored === null
        ? // It has no position because nothing of it can be heard; what is counted of it begins now.
          { seenAfter: context.now, eventsAfter: context.now, isReread: false }
        : queue.reading.kind === 'bull'
          ? cutOfHeard(queue, stored, whole, context, going)
          : cutOfStream(queue, stored, whole, context, going),
    );
  }
  return going;
}

function cutOfStream(
  queue: WatchedQueue,
  stored: Position,
  whole: number,
  { source }: GoOnContext,
  { rewound }: GoingOn,
): Cut {
  if (readPosition(source.cursors()[queue.key])?.at !== stored.at) {
    const from = positionText(stored);
    rewound[queue.key] = from;
    source.rewind(queue.key, from);
    queue.recent.forgetSince(stored.ms);
  }
  // Up to the position all is stored, and what lies beyond it is read again.
  return { seenAfter: Math.max(stored.ms, whole), eventsAfter: Infinity, isReread: true };
}

function cutOfHeard(
  queue: WatchedQueue,
  stored: Position,
  whole: number,
  { source, holdsEvents }: GoOnContext,
  { gaps, rewound }: GoingOn,
): Cut {
  const ms = Math.max(stored.ms, whole);
  const heardAs = source.heardAs?.(queue.key, ms) ?? null;
  if ((heardAs ?? ms - EDGE_MS) < queue.heardFrom) {
    const from = positionText({ ...stored, at: String(ms) });
    rewound[queue.key] = from;
    source.rewind(queue.key, from);
    // That all of the source is known no longer holds, until this is made up for.
    rewound[WHOLE_SOURCE] = String(whole);
    return { seenAfter: ms, eventsAfter: Infinity, isReread: true };
  }
  if (heardAs === null && holdsEvents(queue.key, ms - EDGE_MS, ms + EDGE_MS))
    gaps.push({ queue: queue.reading.id, from: ms - EDGE_MS, to: ms + EDGE_MS, reason: UNSURE });
  const { told } = stored;
  return {
    seenAfter: ms,
    eventsAfter: heardAs ?? ms,
    isReread: false,
    ...(told === undefined ? {} : { arrivals: { told, at: ms } }),
  };
}

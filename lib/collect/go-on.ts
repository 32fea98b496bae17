import type { Redis } from '../redis/connection';
import { readRange, values } from '../history/history-store';
import { NAMES_CODEC, SERIES_CODEC, type Codec } from '../history/codecs';
import type { NamesRecord } from '../history/names';
import type { SeriesRecord } from '../history/record';
import { HOUR_MS, MINUTE_MS, type Tier, type Tiers } from '../history/tiers';
import { positionText, readPosition, WHOLE_SOURCE } from '../sources/position';
import type { EventCursors, SourceWatch } from '../sources/source';
import { keys } from '../store/keys';
import { QueueFigures, type StoredMinutes } from './queue-figures';
import { RunningTotals } from './queue-totals';
import type { SourceNews } from './source-news';
import { parseTotals, type WatchedQueue } from './watched-queue';

/** Queues whose minutes are read at once. */
const QUEUES_AT_ONCE = 50;

/** How far the store is with a source. */
export type Progress = { cursors: EventCursors; totals: Record<string, string> };

/** Positions and the totals up to them, as they were at one moment. */
export async function readProgress(store: Redis, source: string): Promise<Progress> {
  const [cursors = {}, totals = {}] = (await values(
    store.multi().hgetall(keys.cursors(source)).hgetall(keys.totals(source)),
  )) as Record<string, string>[];
  return { cursors, totals };
}

export type GoOnContext = {
  source: SourceWatch;
  store: Redis;
  news: SourceNews;
  tiers: Tiers;
  /** What was read of a queue and is not taken in yet will be read again. */
  forget: (queueKey: string) => void;
  /** ms, broker's clock. */
  now: number;
};

/**
 * Makes what a standby collector saw the continuation of what the one before it wrote. Nobody else writes now, so what
 * is read here stays true. For each queue: where the store reaches up to the first whole minute that was seen here, the
 * store's figures hold before it and ours from it on; else reading begins again where the store stands.
 * @returns keys of the queues of which all events since are read again
 */
export async function goOn(
  queues: readonly WatchedQueue[],
  progress: Progress,
  context: GoOnContext,
): Promise<Set<string>> {
  const rewound = new Set<string>();
  const toJoin: Join[] = [];
  for (const queue of queues) {
    const cursor = progress.cursors[queue.key];
    const stored = readPosition(cursor);
    const theirs = parseTotals(progress.totals[queue.key]);
    const isReplayed = queue.reading.kind === 'bullmq';
    if (stored === null || (queue.isBased && context.news.isOurs(queue.key, cursor))) {
      if (queue.isBased) queue.figures.markAllUnwritten();
      else queue.figures.rebase(queue.wholeFrom, 0, { series: [], names: [] });
      queue.totals.takeOver(theirs, isReplayed);
    } else {
      const whole = readPosition(progress.cursors[WHOLE_SOURCE])?.ms ?? 0;
      const isLevel = isReplayed && readPosition(context.news.cursors[queue.key])?.at === stored.at;
      const writtenTo = isReplayed && !isLevel ? stored.ms : Math.max(stored.ms, whole);
      if (isLevel || writtenTo >= queue.wholeFrom) {
        toJoin.push({ queue, since: queue.wholeFrom, writtenTo });
        queue.totals.takeOver(theirs, isReplayed);
      } else {
        const at = isReplayed ? stored.at : String(writtenTo);
        context.source.rewind(queue.key, positionText(at, stored.baseline));
        context.forget(queue.key);
        queue.figures = new QueueFigures(context.now, context.now, context.tiers);
        if (isReplayed) rewound.add(queue.key);
        if (isReplayed) queue.totals = new RunningTotals(theirs, stored.ms);
        else queue.totals.takeOver(theirs, false);
      }
    }
    Object.assign(queue, { wholeFrom: -Infinity, isBased: true });
  }
  for (let start = 0; start < toJoin.length; start += QUEUES_AT_ONCE)
    await Promise.all(toJoin.slice(start, start + QUEUES_AT_ONCE).map((each) => join(each, context)));
  return rewound;
}

/** `since`: from when on (ms) slots are wholly ours; `writtenTo`: until when the store has all of this queue. */
type Join = { queue: WatchedQueue; since: number; writtenTo: number };

async function join({ queue, since, writtenTo }: Join, { source, store, tiers }: GoOnContext): Promise<void> {
  queue.figures.rebase(since, writtenTo, await minutesBefore(since, queue.key, source.name, store, tiers));
}

/** What is stored of the minutes of the hour in which `since` lies. */
async function minutesBefore(
  since: number,
  queueKey: string,
  source: string,
  store: Redis,
  tiers: Tiers,
): Promise<StoredMinutes> {
  const isMinutes = ({ slotMs }: Tier) => slotMs === MINUTE_MS;
  const [series, names] = [tiers.series.find(isMinutes), tiers.names.find(isMinutes)];
  const from = since - (since % HOUR_MS);
  if (from === since) return { series: [], names: [] };
  const read = <R>(tier: Tier | undefined, codec: Codec<R>) =>
    tier ? readRange<R>(store, tier, source, queueKey, from, since, codec).then(({ records }) => records) : [];
  const [ofSeries, ofNames] = await Promise.all([
    read<SeriesRecord>(series, SERIES_CODEC),
    read<NamesRecord>(names, NAMES_CODEC),
  ]);
  return { series: ofSeries, names: ofNames };
}

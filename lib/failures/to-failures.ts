import { OTHER, UNGROUPED, type FailureDetail, type FailureGroup, type FailureList } from '../domain/failure';
import type { StoredFailures, StoredShare } from './failure-store';
import { isRest } from './failure-store';
import { NO_CARE, stateOf } from './group-state';
import { addTallies } from './tallies';

const MAX_POINTS = 60;
const MAX_SAMPLES = 10;

export type FailureQuestion = {
  /** ms; `to` is exclusive. */
  from: number;
  to: number;
  now: number;
  /** Which queues count. */
  isWanted: (queueKey: string) => boolean;
};

type Slots = { from: number; slotMs: number; count: number };

/** The groups of failures in a range, those with most failures first; groups of which nothing is to be seen are left out. */
export function toFailureList(stored: StoredFailures, question: FailureQuestion): FailureList {
  const slots = slotsOf(stored, question, MAX_POINTS);
  const shares = byGroup(stored, question);
  const groups: FailureGroup[] = [];
  for (const [group, list] of shares) {
    const made = isRest(group) ? null : toGroup(stored, group, list, question, slots);
    if (made) groups.push(made);
  }
  groups.sort((a, b) => b.failed + b.attempts - a.failed - a.attempts || b.lastSeen - a.lastSeen);
  const rest = (group: string) => tallyOf(stored, shares.get(group) ?? [], question);
  return {
    from: question.from,
    to: question.to,
    slotMs: slots.slotMs,
    groups,
    ungrouped: rest(UNGROUPED),
    other: rest(OTHER),
    scans: stored.scans,
  };
}

/** One group with all that is known of it; `null` where there is none, or none of the wanted queues has it. */
export function toFailureDetail(
  stored: StoredFailures,
  fingerprint: string,
  question: FailureQuestion,
): Omit<FailureDetail, 'deployBefore'> | null {
  const shares = byGroup(stored, question).get(fingerprint) ?? [];
  const slots = slotsOf(stored, question, 4 * MAX_POINTS);
  const group = toGroup(stored, fingerprint, shares, question, slots);
  if (!group) return null;
  const points = Array.from({ length: slots.count }, (_, index) => ({
    at: slots.from + index * slots.slotMs,
    failed: 0,
    attempts: 0,
  }));
  eachEntry(stored, shares, question, (at, _, failed, attempts) => {
    const point = points[Math.floor((at - slots.from) / slots.slotMs)];
    if (!point) return;
    point.failed += failed;
    point.attempts += attempts;
  });
  const samples = shares
    .flatMap(({ queueKey, record }) => record.samples.map(([jobId, at, name]) => ({ queueKey, jobId, at, name })))
    .sort((a, b) => b.at - a.at)
    .slice(0, MAX_SAMPLES);
  return {
    from: question.from,
    to: question.to,
    slotMs: slots.slotMs,
    group,
    points,
    samples,
    workers: workersOf(stored, fingerprint, shares),
    retries: {
      retried: sum(shares, ({ record }) => record.retries[0]),
      completed: sum(shares, ({ record }) => record.retries[1]),
      failed: sum(shares, ({ record }) => record.retries[2]),
    },
  };
}

function byGroup({ shares }: StoredFailures, { isWanted }: FailureQuestion): Map<string, StoredShare[]> {
  const groups = new Map<string, StoredShare[]>();
  for (const share of shares) {
    if (!isWanted(share.queueKey)) continue;
    const list = groups.get(share.group);
    if (list) list.push(share);
    else groups.set(share.group, [share]);
  }
  return groups;
}

function toGroup(
  stored: StoredFailures,
  fingerprint: string,
  shares: readonly StoredShare[],
  question: FailureQuestion,
  slots: Slots,
): FailureGroup | null {
  const kind = stored.kinds.get(fingerprint);
  if (!kind || shares.length === 0) return null;
  const firstSeen = Math.min(...shares.map(({ record }) => record.first));
  const lastSeen = Math.max(...shares.map(({ record }) => record.last));
  const care = stored.care.get(fingerprint) ?? NO_CARE;
  const { state, since } = stateOf({ firstSeen, lastSeen, regressedAt: kind.regressedAt }, care, question.now);
  const spark = new Array<number>(slots.count).fill(0);
  const names = new Map<string | null, { failed: number; attempts: number }>();
  eachEntry(stored, shares, question, (at, name, failed, attempts) => {
    const slot = Math.floor((at - slots.from) / slots.slotMs);
    if (slot < spark.length) spark[slot] = (spark[slot] ?? 0) + failed + attempts;
    addTallies(names, name, failed, attempts);
  });
  const queues = shares
    .map((share) => {
      const kept = stored.retained.get(share.queueKey);
      return {
        key: share.queueKey,
        ...tallyOf(stored, [share], question),
        retained: kept ? (kept.groups[fingerprint]?.count ?? 0) : null,
        retainedAt: kept?.at ?? null,
        lastSeen: share.record.last,
      };
    })
    .sort((a, b) => b.failed + b.attempts - a.failed - a.attempts || b.lastSeen - a.lastSeen);
  const known = queues.filter(({ retained }) => retained !== null);
  const { errorClass, title, frame } = kind;
  return {
    fingerprint,
    errorClass,
    title,
    frame,
    state,
    stateSince: since,
    firstSeen,
    lastSeen,
    ...tallyOf(stored, shares, question),
    total: sum(shares, ({ record }) => record.failed),
    retained: known.length === 0 ? null : sum(known, ({ retained }) => retained ?? 0),
    retainedAt: known.length === 0 ? null : Math.min(...known.map(({ retainedAt }) => retainedAt ?? Infinity)),
    spark,
    queues,
    names: [...names]
      .map(([name, tally]) => ({ name, ...tally }))
      .sort((a, b) => b.failed + b.attempts - a.failed - a.attempts),
    care,
  };
}

/** Slots of at least the tier's width, so that there are at most `most` of them. */
function slotsOf({ tier }: StoredFailures, { from, to }: FailureQuestion, most: number): Slots {
  const start = from - (from % tier.slotMs);
  const count = Math.ceil((to - start) / tier.slotMs);
  const slotMs = tier.slotMs * Math.ceil(count / most);
  return { from: start, slotMs, count: Math.ceil((to - start) / slotMs) };
}

function eachEntry(
  { tier }: StoredFailures,
  shares: readonly StoredShare[],
  { from, to }: FailureQuestion,
  take: (at: number, name: string | null, failed: number, attempts: number) => void,
): void {
  const start = from - (from % tier.slotMs);
  for (const { buckets } of shares)
    for (const { start: chunk, bucket } of buckets)
      for (const [name, slot, failed, attempts] of bucket) {
        const at = chunk + slot * tier.slotMs;
        if (at >= start && at < to) take(at, name, failed, attempts);
      }
}

function tallyOf(stored: StoredFailures, shares: readonly StoredShare[], question: FailureQuestion) {
  const tally = { failed: 0, attempts: 0 };
  eachEntry(stored, shares, question, (_, __, failed, attempts) => {
    tally.failed += failed;
    tally.attempts += attempts;
  });
  return tally;
}

function workersOf(stored: StoredFailures, group: string, shares: readonly StoredShare[]): FailureDetail['workers'] {
  const counted = shares.map(({ queueKey }) => stored.retained.get(queueKey)).filter((kept) => kept !== undefined);
  if (counted.length === 0) return null;
  const workers = new Map<string | null, number>();
  for (const { groups } of counted)
    for (const [worker, count] of groups[group]?.workers ?? []) workers.set(worker, (workers.get(worker) ?? 0) + count);
  return [...workers].map(([worker, count]) => ({ worker, count })).sort((a, b) => b.count - a.count);
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}

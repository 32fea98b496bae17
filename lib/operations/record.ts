import type { Clearing } from '../domain/control';
import { roleWords, type Actor } from '../domain/permissions';
import type { Operation, OperationReport, StartOperationBody } from '../domain/operation';
import type { ReplayBody } from '../domain/message';
import type { Queue } from '../domain/queue';
import type { MessageQueue } from '../sources/messages';
import type { QueueRef } from '../sources/source';

/** Kinds of reasons that a report tells apart; the rest count together. */
const MAX_REASONS = 40;
const OTHER = 'other reasons';

export type Reason = OperationReport['reasons'][number];

/** All that a process needs to go on with an operation where another one left it. */
export type OperationRecord = {
  operation: Operation;
  queue: QueueRef;
  actor: Pick<Actor, 'kind' | 'name' | 'role' | 'address'>;
  /** Where the search, or the clearing, goes on; `null` before the first and after the last step. */
  cursor: string | null;
  /** Nothing is left to be searched. */
  isScanned: boolean;
  /** How many of the ids written down have had their turn; `null`: none are written down. */
  position: number | null;
  /** Jobs of the step that is being done. After a crash nobody knows which of them were done. */
  chunk: string[];
  /** Jobs whose end the canary waits for, and since when. */
  canaryIds: string[];
  canarySince: number;
  reasons: Reason[];
  /** Jobs of the set that are left, as counted after the last batch or part; `null` when none has run. */
  remaining: number | null;
  batchSize: number;
};

const FINISHED = new Set(['completed', 'failed']);

/** Whether the state is a set by time of finishing, so that what is meant can be told without writing ids down. */
export function isByScore(state: string): boolean {
  return FINISHED.has(state);
}

/** Lists shift while jobs come and go: what is meant is written down first. */
export function isList(state: string): boolean {
  return state === 'waiting' || state === 'paused' || state === 'active';
}

type Place = { queue: Pick<Queue, 'id' | 'key' | 'kind'>; ref: QueueRef };
type Beginning = Pick<Operation, 'action' | 'target' | 'until' | 'pace' | 'to'>;

/** A new operation on jobs, ready to be run. `until` in ms by the broker's clock, `now` by ours. */
export function newRecord(
  id: string,
  place: Place,
  body: Omit<StartOperationBody, 'to'> & { until: number; to: string | null },
  actor: OperationRecord['actor'],
  now: number,
): OperationRecord {
  const { action, target, canary } = body;
  const hasUndo = action === 'remove' && body.undo;
  const hasCanary = canary !== null && action !== 'remove' && action !== 'dead-letter';
  const needsFreeze = target.by === 'query' && isList(target.state);
  const meant =
    target.by === 'ids'
      ? ({ by: 'ids', state: target.state, count: target.ids.length } as const)
      : ({ by: 'query', state: target.state, query: target.query.trim() } as const);
  const record = blank(id, place, { ...body, target: meant }, actor, now);
  return {
    ...record,
    position: target.by === 'ids' || needsFreeze || hasUndo ? 0 : null,
    operation: {
      ...record.operation,
      canary: hasCanary ? { ...canary, outcome: 'running', succeeded: 0, failed: 0, unknown: 0, pending: 0 } : null,
      phase: needsFreeze ? 'freeze' : hasUndo ? 'hide' : hasCanary ? 'canary' : 'work',
      canUndo: hasUndo,
      counts: { ...record.operation.counts, of: target.by === 'ids' ? target.ids.length : null },
    },
  };
}

/** A new clearing of a queue. Jobs that ended, or were made, after `until` (ms, broker's clock) stay. */
export function newClearing(
  id: string,
  place: Place,
  { clearing, until, pace }: { clearing: Clearing; until: number; pace: number | null },
  actor: OperationRecord['actor'],
  now: number,
): OperationRecord {
  return blank(id, place, { action: clearing.what, target: { by: 'clearing', clearing }, until, pace }, actor, now);
}

/** A new replay of at most `of` dead letters; those that die after `until` (ms) stay. */
export function newReplay(
  id: string,
  { queue, ref }: { queue: Place['queue']; ref: MessageQueue },
  { group, pace }: ReplayBody,
  { until, of }: { until: number; of: number },
  actor: OperationRecord['actor'],
  now: number,
): OperationRecord {
  const { rabbit, ...plain } = ref;
  const target = { by: 'dead-letters', group, ...rabbit } as const;
  const record = blank(id, { queue, ref: plain }, { action: 'replay', target, until, pace }, actor, now);
  const { counts } = record.operation;
  return { ...record, operation: { ...record.operation, counts: { ...counts, of, toScan: of } } };
}

function blank(
  id: string,
  { queue, ref }: Place,
  { action, target, until, pace, to = null }: Beginning,
  actor: OperationRecord['actor'],
  now: number,
): OperationRecord {
  return {
    queue: ref,
    actor,
    cursor: null,
    isScanned: false,
    position: null,
    chunk: [],
    canaryIds: [],
    canarySince: 0,
    reasons: [],
    remaining: null,
    batchSize: 1_000,
    operation: {
      id,
      queue: queue.id,
      queueKey: queue.key,
      kind: queue.kind,
      action,
      target,
      to,
      until,
      pace,
      canary: null,
      state: 'running',
      phase: 'work',
      wish: null,
      canUndo: false,
      dueAt: null,
      counts: { of: null, done: 0, failed: 0, skipped: 0, hidden: 0, scanned: 0, toScan: null },
      rate: null,
      startedBy: { name: actor.name, role: roleWords(actor) },
      createdAt: now,
      updatedAt: now,
      endedAt: null,
      note: null,
      runner: null,
      takeovers: 0,
    },
  };
}

/** The reasons with one more; their number is bounded, their counts are exact. */
export function withReason(reasons: readonly Reason[], text: string, outcome: Reason['outcome'], count = 1): Reason[] {
  const found = reasons.findIndex((reason) => reason.text === text && reason.outcome === outcome);
  if (found !== -1)
    return reasons.map((reason, at) => (at === found ? { ...reason, count: reason.count + count } : reason));
  if (reasons.length >= MAX_REASONS && text !== OTHER) return withReason(reasons, OTHER, outcome, count);
  return [...reasons, { text, outcome, count }];
}

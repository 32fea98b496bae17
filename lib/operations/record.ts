import type { Actor } from '../domain/permissions';
import type { Operation, OperationReport, StartOperationBody } from '../domain/operation';
import type { Queue } from '../domain/queue';
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
  /** Where the search goes on; `null` before the first and after the last step. */
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
  /** Jobs of the set that are left, as counted before the last batch; `null` when no batch has run. */
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

/** A new operation, ready to be run. `until` in ms by the broker's clock, `now` by ours. */
export function newRecord(
  id: string,
  { queue, ref }: { queue: Pick<Queue, 'id' | 'key' | 'kind'>; ref: QueueRef },
  body: StartOperationBody & { until: number },
  actor: OperationRecord['actor'],
  now: number,
): OperationRecord {
  const { action, target, until, pace, canary } = body;
  const hasUndo = action === 'remove' && body.undo;
  const needsFreeze = target.by === 'query' && isList(target.state);
  return {
    queue: ref,
    actor,
    cursor: null,
    isScanned: false,
    position: target.by === 'ids' || needsFreeze || hasUndo ? 0 : null,
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
      target:
        target.by === 'ids'
          ? { by: 'ids', state: target.state, count: target.ids.length }
          : { by: 'query', state: target.state, query: target.query.trim() },
      until,
      pace,
      canary:
        canary && action !== 'remove'
          ? { ...canary, outcome: 'running', succeeded: 0, failed: 0, unknown: 0, pending: 0 }
          : null,
      state: 'running',
      phase: needsFreeze ? 'freeze' : hasUndo ? 'hide' : canary && action !== 'remove' ? 'canary' : 'work',
      wish: null,
      canUndo: hasUndo,
      dueAt: null,
      counts: {
        of: target.by === 'ids' ? target.ids.length : null,
        done: 0,
        failed: 0,
        skipped: 0,
        hidden: 0,
        scanned: 0,
        toScan: null,
      },
      rate: null,
      startedBy: { name: actor.name, role: actor.role },
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

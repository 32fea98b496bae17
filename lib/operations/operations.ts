import { randomUUID } from 'node:crypto';
import { isMove, type Move } from '../domain/action';
import type { Clearing } from '../domain/control';
import { moveTargetOf } from '../domain/dead-letter';
import { AppError } from '../domain/errors';
import {
  hasEnded,
  whyNoUndo,
  type Operation,
  type OperationReport,
  type OperationWish,
  type StartOperationBody,
} from '../domain/operation';
import type { ReplayBody } from '../domain/message';
import type { Actor } from '../domain/permissions';
import type { Queue } from '../domain/queue';
import type { MessageDesk, MessageQueue } from '../sources/messages';
import type { QueueRef, SourceDesk } from '../sources/source';
import type { HiddenJobs } from './hidden-jobs';
import { assertPossible } from './machine';
import type { OperationStore } from './operation-store';
import { readQuery } from './read-query';
import { newClearing, newRecord, newReplay, type OperationRecord } from './record';

/** Operations that may be under way or wait for their removal at the same time. */
const MAX_OPEN = 300;
/** How long an answer waits for the runner to take a wish up, ms. */
const PATIENCE_MS = 1_500;
const LOOK_MS = 50;

type Parts = { store: OperationStore; hidden: HiddenJobs; nudge: () => void };

/** What people do with operations: start them, see them, stop them. Rights were checked by the route. */
export class Operations {
  constructor(private readonly parts: Parts) {}

  /**
   * Starts an operation on what was in the state at `until`, or now.
   * @throws AppError `unsupported` when the library cannot do it, `bad-request` for a query or a missing confirmation,
   * `conflict` when more jobs are meant than can be kept for undoing
   */
  async start(
    desk: Pick<SourceDesk, 'bulk'>,
    { queue, ref }: { queue: Queue; ref: QueueRef },
    body: StartOperationBody,
    actor: Actor,
  ): Promise<Operation> {
    const { store, nudge } = this.parts;
    const { action, target } = body;
    const refusal = desk.bulk.refusal(ref, action, target.state);
    if (refusal !== null) throw new AppError('unsupported', refusal);
    const now = await desk.bulk.now();
    const until = Math.min(body.until ?? now, now);
    if (target.by === 'query') readQuery(target.query, until);
    if (action === 'remove') await this.assertRemoval(queue, body, desk, ref, until);
    await this.assertRoom();
    const to = isMove(action) ? await moveTarget(desk, ref, action, body.to) : null;
    const record = newRecord(randomUUID(), { queue, ref }, { ...body, until, to }, toActor(actor), Date.now());
    await store.create(record, target.by === 'ids' ? [...new Set(target.ids)] : []);
    nudge();
    // Whoever removes a few looks at the list next: they are out of sight by then.
    return body.undo && target.by === 'ids' ? this.taken(record.operation) : record.operation;
  }

  /**
   * Starts the clearing of a queue. What comes from now on stays.
   * @throws AppError `unsupported` when the library, or the state of the queue, does not allow it
   */
  async clear(
    desk: Pick<SourceDesk, 'bulk' | 'controls'>,
    place: { queue: Queue; ref: QueueRef },
    { clearing, pace }: { clearing: Clearing; pace: number | null },
    actor: Actor,
  ): Promise<Operation> {
    const { store, nudge } = this.parts;
    if (place.ref.readOnlyReason != null) throw new AppError('unsupported', place.ref.readOnlyReason);
    const now = await desk.bulk.now();
    const until = clearing.what === 'clean' ? now - clearing.olderThanMs : now;
    const { refusal } = await desk.controls.previewClearing(place.ref, { ...clearing, until });
    if (refusal !== null) throw new AppError('unsupported', refusal);
    await this.assertRoom();
    const record = newClearing(randomUUID(), place, { clearing, until, pace }, toActor(actor), Date.now());
    await store.create(record, []);
    nudge();
    return record.operation;
  }

  /**
   * Starts sending dead letters back to where they came from: as many of the first ones as lie there now.
   * @throws AppError `unsupported` with why it cannot be done
   */
  async replay(
    messages: MessageDesk,
    place: { queue: Queue; ref: MessageQueue },
    body: ReplayBody,
    actor: Actor,
  ): Promise<Operation> {
    const { store, nudge } = this.parts;
    const refusal = messages.whyNotReplay(place.ref, body.group);
    if (refusal !== null) throw new AppError('unsupported', refusal);
    await this.assertRoom();
    const of = await messages.countReady(place.ref);
    const now = Date.now();
    const record = newReplay(randomUUID(), place, body, { until: now, of }, toActor(actor), now);
    await store.create(record, []);
    nudge();
    return record.operation;
  }

  list(limit: number): Promise<Operation[]> {
    return this.parts.store.list(limit);
  }

  /** @throws AppError `not-found` */
  async report(id: string): Promise<OperationReport> {
    const record = await this.parts.store.load(id);
    if (!record) throw noSuchOperation();
    const reasons = [...record.reasons].sort((a, b) => b.count - a.count);
    return { operation: record.operation, reasons, lines: await this.parts.store.report(id) };
  }

  /** @throws AppError `not-found`, `conflict` when it cannot be granted */
  async wish(id: string, wish: OperationWish): Promise<Operation> {
    const { store, nudge } = this.parts;
    const record = await store.load(id);
    if (!record) throw noSuchOperation();
    assertPossible(record.operation, wish);
    await store.wish(id, wish);
    nudge();
    return this.taken({ ...record.operation, wish });
  }

  /** The operation once its runner has brought it into another state, or as it was if that takes long. */
  private async taken(before: Operation): Promise<Operation> {
    const { store } = this.parts;
    const end = Date.now() + PATIENCE_MS;
    while (Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      const operation = (await store.load(before.id))?.operation;
      if (operation && (operation.state !== before.state || hasEnded(operation))) return operation;
    }
    return before;
  }

  private async assertRoom(): Promise<void> {
    if ((await this.parts.store.countOpen()) < MAX_OPEN) return;
    throw new AppError(
      'too-many-requests',
      `${MAX_OPEN} operations are under way. Wait for some of them, or stop them.`,
    );
  }

  private async assertRemoval(
    queue: Queue,
    { target, undo, confirm }: StartOperationBody,
    desk: Pick<SourceDesk, 'bulk'>,
    ref: QueueRef,
    until: number,
  ): Promise<void> {
    if (!undo) {
      if (confirm === queue.id.name) return;
      throw new AppError('bad-request', 'A removal that cannot be undone wants the name of the queue in "confirm".', {
        invalidParams: [{ path: 'confirm', message: `expected the queue's name` }],
      });
    }
    const why = whyNoUndo(target.state);
    if (why !== null) throw new AppError('unsupported', why);
    const room = await this.parts.hidden.room(queue.key);
    const isAll = target.by === 'query' && target.query.trim() === '';
    const count =
      target.by === 'ids' ? target.ids.length : isAll ? await desk.bulk.count(ref, { state: target.state, until }) : 0;
    if (count > room)
      throw new AppError(
        'conflict',
        `${count} jobs are meant; only ${room} more of this queue can be kept for undoing.`,
      );
  }
}

/** The other queue of a move. @throws AppError `bad-request` where it must be named, `unsupported` with the reason */
async function moveTarget(
  { bulk }: Pick<SourceDesk, 'bulk'>,
  ref: QueueRef,
  action: Move,
  named: string | undefined,
): Promise<string> {
  const to = named ?? moveTargetOf(action, ref.id.name);
  if (to === null)
    throw new AppError('bad-request', `The name of “${ref.id.name}” does not tell where its jobs came from.`, {
      invalidParams: [{ path: 'to', message: 'expected the queue that they go back to' }],
    });
  const why = await bulk.whyNotMove(ref, action, to);
  if (why !== null) throw new AppError('unsupported', why);
  return to;
}

function toActor({ kind, name, role, address }: Actor): OperationRecord['actor'] {
  return { kind, name, role, address };
}

export function noSuchOperation(): AppError {
  return new AppError('not-found', 'There is no such operation (any more); they are kept for 7 days.');
}

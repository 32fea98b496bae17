import { runWhenFull } from '../store/eval-when-full';
import type { Redis } from '../redis/connection';
import { AppError } from '../domain/errors';
import { MAX_REPORT_LINES, type Operation, type OperationWish } from '../domain/operation';
import { keys } from '../store/keys';
import { Lease, type Command } from '../store/lease';
import type { OperationRecord } from './record';

/** An operation is kept this long after its last change, in seconds. */
const KEPT_SECONDS = 7 * 86_400;
const MAX_KEPT = 500;
/** A paused operation is looked at when somebody wishes it. */
const NEVER = 9_999_999_999_999;
const IDS_AT_ONCE = 500;

export type ReportLine = { id: string; text: string };
/** When a runner should look at the operation next, ms; `null`: it has ended. */
export type NextLook = number | 'when-wished' | null;

/** Operations in the store: written under the lease of each, read by everybody. All keys expire. */
export class OperationStore {
  constructor(private readonly store: Redis) {}

  lease(id: string): Lease {
    return new Lease(this.store, { lease: keys.operationLease(id), token: keys.operationsToken });
  }

  /** Puts a new operation where runners find it. @throws AppError `store-down` */
  async create(record: OperationRecord, ids: readonly string[]): Promise<void> {
    const { id, createdAt } = record.operation;
    await this.ask(async () => {
      for (let start = 0; start < ids.length; start += IDS_AT_ONCE)
        await runWhenFull(this.store, keys.operationIds(id), [
          ['ZADD', keys.operationIds(id), 'NX', ...numbered(ids.slice(start, start + IDS_AT_ONCE), start)],
        ]);
      if (ids.length > 0) await this.store.expire(keys.operationIds(id), KEPT_SECONDS);
      await runWhenFull(this.store, keys.operation(id), [
        ['SET', keys.operation(id), JSON.stringify(record), 'EX', KEPT_SECONDS],
        ['ZADD', keys.operations, createdAt, id],
        ['ZREMRANGEBYRANK', keys.operations, 0, -MAX_KEPT - 1],
        ['ZADD', keys.operationsDue, 0, id],
        ['PUBLISH', keys.operationsChannel, JSON.stringify(record.operation)],
      ]);
    });
  }

  async load(id: string): Promise<OperationRecord | null> {
    const text = await this.ask(() => this.store.get(keys.operation(id)));
    return text === null ? null : (JSON.parse(text) as OperationRecord);
  }

  /** Newest first. */
  async list(limit: number): Promise<Operation[]> {
    return this.ask(async () => {
      const ids = await this.store.zrevrange(keys.operations, 0, limit - 1);
      if (ids.length === 0) return [];
      const texts = await this.store.mget(ids.map((id) => keys.operation(id)));
      return texts.filter((text) => text !== null).map((text) => (JSON.parse(text) as OperationRecord).operation);
    });
  }

  async report(id: string): Promise<ReportLine[]> {
    const lines = await this.ask(() => this.store.lrange(keys.operationReport(id), 0, MAX_REPORT_LINES - 1));
    return lines.map((line) => JSON.parse(line) as ReportLine);
  }

  /** Operations that have not ended. */
  async countOpen(): Promise<number> {
    return this.ask(() => this.store.zcard(keys.operationsDue));
  }

  /** Operations that want to be looked at by `now` (ms). */
  async due(now: number, limit: number): Promise<string[]> {
    return this.store.zrangebyscore(keys.operationsDue, '-inf', now, 'LIMIT', 0, limit);
  }

  async wish(id: string, wish: OperationWish): Promise<void> {
    await this.ask(() =>
      runWhenFull(this.store, keys.operationWish(id), [
        ['SET', keys.operationWish(id), wish, 'EX', KEPT_SECONDS],
        ['ZADD', keys.operationsDue, 'XX', 0, id],
      ]),
    );
  }

  /** A wish that came while its runner let go of the operation is not left waiting. */
  async lookAgain(id: string): Promise<void> {
    if ((await this.wishOf(id)) !== null) await this.store.zadd(keys.operationsDue, 'XX', 0, id);
  }

  /** Takes an operation that has ended, or is gone, off the list of those to be looked at. */
  async forget(id: string): Promise<void> {
    await this.store.zrem(keys.operationsDue, id);
  }

  async wishOf(id: string): Promise<OperationWish | null> {
    return (await this.store.get(keys.operationWish(id))) as OperationWish | null;
  }

  async ids(id: string, position: number, count: number): Promise<string[]> {
    return this.store.zrange(keys.operationIds(id), position, position + count - 1);
  }

  async countIds(id: string): Promise<number> {
    return this.store.zcard(keys.operationIds(id));
  }

  /** Commands that write `ids` down behind the `from` ones that are there; those that are there stay where they are. */
  idCommands(id: string, ids: readonly string[], from: number): Command[] {
    const key = keys.operationIds(id);
    const commands: Command[] = [];
    for (let start = 0; start < ids.length; start += IDS_AT_ONCE)
      commands.push(['ZADD', key, 'NX', ...numbered(ids.slice(start, start + IDS_AT_ONCE), from + start)]);
    return commands.length === 0 ? [] : [...commands, ['EXPIRE', key, KEPT_SECONDS]];
  }

  /** Commands that keep the record, its report and its next look, and tell everybody (`isTold`). */
  saveCommands(
    record: OperationRecord,
    { lines, next, isTold, isWishDone }: { lines: ReportLine[]; next: NextLook; isTold: boolean; isWishDone: boolean },
  ): Command[] {
    const { id } = record.operation;
    const commands: Command[] = [['SET', keys.operation(id), JSON.stringify(record), 'EX', KEPT_SECONDS]];
    if (lines.length > 0) {
      commands.push(['RPUSH', keys.operationReport(id), ...lines.map((line) => JSON.stringify(line))]);
      commands.push(['LTRIM', keys.operationReport(id), 0, MAX_REPORT_LINES - 1]);
      commands.push(['EXPIRE', keys.operationReport(id), KEPT_SECONDS]);
    }
    if (next === null) {
      commands.push(['ZREM', keys.operationsDue, id]);
      commands.push(['UNLINK', keys.operationIds(id), keys.operationWish(id)]);
    } else commands.push(['ZADD', keys.operationsDue, next === 'when-wished' ? NEVER : next, id]);
    if (isWishDone && next !== null) commands.push(['DEL', keys.operationWish(id)]);
    if (isTold) commands.push(['PUBLISH', keys.operationsChannel, JSON.stringify(record.operation)]);
    return commands;
  }

  private async ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      throw new AppError('store-down', 'The store that keeps the operations does not answer.', { cause: error });
    }
  }
}

function numbered(ids: readonly string[], from: number): (string | number)[] {
  return ids.flatMap((id, at) => [from + at, id]);
}

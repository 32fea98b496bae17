import { hasEnded, type Operation } from '../domain/operation';
import type { Command, Lease } from '../store/lease';
import type { NextLook, OperationStore, ReportLine } from './operation-store';
import { RateMeter } from './rate-meter';
import type { OperationRecord } from './record';

const TELL_MS = 250;

/**
 * The record of an operation while it is worked on. What is noted here is written by `save`, all in one step and only
 * while the lease is ours.
 */
export class Ledger {
  private lines: ReportLine[] = [];
  private commands: Command[] = [];
  private readonly rate = new RateMeter();
  private toldAt = 0;
  private toldState = '';

  constructor(
    private readonly store: OperationStore,
    private readonly lease: Lease,
    public record: OperationRecord,
    readonly now: () => number,
  ) {}

  get operation(): Operation {
    return this.record.operation;
  }

  change(change: Partial<Operation>): void {
    this.record = { ...this.record, operation: { ...this.operation, ...change } };
  }

  count(counts: Partial<Operation['counts']>): void {
    this.change({ counts: { ...this.operation.counts, ...counts } });
  }

  /** Beside the operation itself, what only runners need. */
  keep(change: Partial<Omit<OperationRecord, 'operation'>>): void {
    this.record = { ...this.record, ...change };
  }

  /** Commands that are to be run with the next `save`. */
  add(commands: readonly Command[], lines: readonly ReportLine[] = []): void {
    this.commands.push(...commands);
    this.lines.push(...lines);
  }

  worked(jobs: number): void {
    this.rate.add(jobs, this.now());
  }

  /** Runs `commands` at once. @throws Error (FENCED) when the operation is another's */
  write(commands: readonly Command[]): Promise<void> {
    // Room is made by operations: they go on in a Redis that is full.
    return this.lease.write(commands, true);
  }

  /** `isTold`: everybody hears of it now, else four times a second. @throws Error (FENCED) when it is another's */
  async save(isTold = false, isWishDone = false): Promise<void> {
    const now = this.now();
    const { state, phase } = this.operation;
    this.change({ updatedAt: now, rate: state === 'running' ? this.rate.perSecond(now) : null });
    const place = `${state} ${phase}`;
    const tells = isTold || place !== this.toldState || now - this.toldAt >= TELL_MS;
    if (tells) [this.toldAt, this.toldState] = [now, place];
    const { lines, commands } = this;
    const next = nextLook(this.operation);
    await this.write([
      ...commands,
      ...this.store.saveCommands(this.record, { lines, next, isTold: tells, isWishDone }),
    ]);
    this.lines = [];
    this.commands = [];
  }

  /** The operation is over; `save` is part of it. */
  async end(state: 'done' | 'failed', note: string | null): Promise<void> {
    this.change({ state, note, endedAt: this.now(), canUndo: false, dueAt: null, rate: null });
    this.keep({ chunk: [] });
    await this.save(true, true);
  }
}

function nextLook(operation: Operation): NextLook {
  if (hasEnded(operation)) return null;
  if (operation.state === 'paused') return 'when-wished';
  return operation.state === 'deferred' ? (operation.dueAt ?? 0) : 0;
}

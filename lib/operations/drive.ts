import { isAppError, messageOf } from '../domain/errors';
import { hasEnded, type Operation } from '../domain/operation';
import type { Lease } from '../store/lease';
import { ClearWork } from './clear-work';
import { Hiding } from './hiding';
import { JobSet } from './job-set';
import { JobWork } from './job-work';
import { Ledger } from './ledger';
import { ReplayWork } from './replay-work';
import { granted, pauseAfter } from './machine';
import type { OperationRecord } from './record';
import { NO_JOBS, type Step, type Work, type Workplace } from './workplace';

const RETRY_MS = 1_000;
const WISH_MS = 200;

/** Runs one operation in bounded steps for as long as its lease is ours: keeps the pace, and does what people wish. */
export class Drive {
  private readonly ledger: Ledger;
  private readonly hiding: Hiding;
  private readonly work: Work;
  private readonly now: () => number;
  private wishAt = 0;
  private isStopped = false;

  constructor(
    private readonly at: Workplace,
    private readonly lease: Lease,
    record: OperationRecord,
  ) {
    this.now = at.now ?? Date.now;
    this.ledger = new Ledger(at.store, lease, record, this.now);
    const jobs = new JobSet(at, this.ledger);
    this.hiding = new Hiding(at, this.ledger, jobs);
    this.work =
      record.operation.target.by === 'clearing'
        ? new ClearWork(at, this.ledger)
        : record.operation.target.by === 'dead-letters'
          ? new ReplayWork(at.messages, this.ledger)
          : new JobWork(at, this.ledger, jobs, this.hiding);
  }

  get operation(): Operation {
    return this.ledger.operation;
  }

  /** Lets go after the step that is being done. */
  stop(): void {
    this.isStopped = true;
  }

  /** Runs until the operation has ended, stands still, or is another's. @throws Error (FENCED) when it is another's */
  async run(): Promise<void> {
    try {
      await this.runSteps();
    } finally {
      await this.work.close?.();
    }
  }

  private async runSteps(): Promise<void> {
    const { ledger } = this;
    const { runner, state, takeovers } = this.operation;
    const isTakeover = runner !== null && runner !== this.lease.holder && state === 'running';
    ledger.change({ runner: this.lease.holder, takeovers: takeovers + (isTakeover ? 1 : 0) });
    if (isTakeover) await this.work.takeOver();
    if (state === 'deferred') await this.hiding.beginRemoval();
    await ledger.save(true);
    let nextAt = this.now();
    while (!this.isStopped) {
      await this.takeWish();
      if (this.operation.state !== 'running') return;
      const startedAt = Math.max(nextAt, this.now() - 1_000);
      const { jobs, waitMs } = await this.tryStep();
      ledger.worked(jobs);
      const { pace } = this.operation;
      const rest = Math.max(waitMs, pauseAfter(pace, jobs, startedAt, this.now()));
      nextAt = startedAt + (pace === null ? 0 : (jobs * 1_000) / pace);
      if (this.operation.state === 'running' && rest > 0) await this.rest(rest);
    }
    ledger.change({ runner: null });
    await ledger.save(true);
  }

  /** A pause between steps; a wish ends it. */
  private async rest(ms: number): Promise<void> {
    const end = this.now() + ms;
    while (!this.isStopped && this.now() < end) {
      await sleep(Math.min(WISH_MS, end - this.now()));
      if (this.now() < end && (await this.at.store.wishOf(this.operation.id)) !== null) return;
    }
  }

  private async tryStep(): Promise<Step> {
    const { ledger } = this;
    try {
      const step = await this.work.step();
      if (this.operation.note !== null && this.operation.state === 'running') ledger.change({ note: null });
      return step;
    } catch (error) {
      if (messageOf(error).startsWith('FENCED') || (isAppError(error) && error.code === 'store-down')) throw error;
      if (isAppError(error) && error.code === 'source-down') {
        this.work.interrupted?.();
        ledger.change({ note: `${error.message} It goes on by itself when the source answers.`, rate: null });
        await ledger.save(true);
        return { jobs: 0, waitMs: RETRY_MS };
      }
      if (!isAppError(error)) throw error;
      await this.hiding.showAll();
      await ledger.end('failed', error.message);
      return NO_JOBS;
    }
  }

  private async takeWish(): Promise<void> {
    if (this.now() - this.wishAt < WISH_MS && this.operation.state === 'running') return;
    this.wishAt = this.now();
    const wish = await this.at.store.wishOf(this.operation.id);
    if (wish === null) return;
    this.ledger.record = granted(this.ledger.record, wish, this.now());
    if (hasEnded(this.operation)) await this.hiding.showAll();
    await this.ledger.save(true, true);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

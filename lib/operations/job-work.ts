import type { BulkResult } from '../sources/bulk-jobs';
import { copyIdFor } from './copy-id';
import { nextBatchSize } from '../domain/gentle';
import type { Hiding } from './hiding';
import { jobTargetOf, type JobSet } from './job-set';
import type { Ledger } from './ledger';
import { accounted, judgeCanary, stepSize, withRest } from './machine';
import { isByScore } from './record';
import { NO_JOBS, type Step, type Work, type Workplace } from './workplace';

const CANARY_LOOK_MS = 500;
const MAX_BATCH = 1_000;

/**
 * The same to many jobs. Before each step the jobs of it are written down, so that whoever goes on after a crash knows
 * which ones may have been done.
 */
export class JobWork implements Work {
  private isRepeat: boolean;

  constructor(
    private readonly at: Workplace,
    private readonly ledger: Ledger,
    private readonly jobs: JobSet,
    private readonly hiding: Hiding,
  ) {
    this.isRepeat = ledger.record.chunk.length > 0;
  }

  step(): Promise<Step> {
    switch (this.ledger.operation.phase) {
      case 'freeze':
        return this.jobs.freeze();
      case 'hide':
        return this.hiding.step();
      case 'canary':
        return this.canary();
      case 'work':
        return this.work();
    }
  }

  /** After a crash within a batch: what has left the set beyond what was counted was done by it. */
  async takeOver(): Promise<void> {
    const { ledger } = this;
    const { remaining } = ledger.record;
    if (remaining === null) return;
    const { until, counts } = ledger.operation;
    const left = await this.at.bulk.count(ledger.record.queue, { state: this.jobs.state, until });
    const missing = Math.min(MAX_BATCH, Math.max(0, remaining - left));
    ledger.keep({ remaining: left });
    ledger.count({ done: counts.done + missing });
  }

  /** The source did not answer: whether the last step reached the broker is not known, and it is done again. */
  interrupted(): void {
    this.isRepeat = this.ledger.record.chunk.length > 0;
  }

  private async canary(): Promise<Step> {
    const { ledger } = this;
    const { canary } = ledger.operation;
    if (!canary) {
      ledger.change({ phase: 'work' });
      return NO_JOBS;
    }
    if (canary.outcome === 'running') {
      const missing = canary.size - ledger.record.canaryIds.length;
      const results = missing > 0 ? await this.someJobs(missing) : null;
      if (results && !results.isLast) return { jobs: results.jobs, waitMs: 0 };
      ledger.keep({ canarySince: ledger.now() });
      ledger.change({ canary: { ...canary, outcome: 'waiting', pending: ledger.record.canaryIds.length } });
      await ledger.save(true);
      return { jobs: results?.jobs ?? 0, waitMs: CANARY_LOOK_MS };
    }
    const { queue, canaryIds, canarySince } = ledger.record;
    const { to } = ledger.operation;
    // What was brought back ends in the queue that it came from.
    const where = to == null ? queue : { ...queue, id: { ...queue.id, name: to } };
    const ends = await this.at.bulk.ends(where, canaryIds);
    const judged = judgeCanary(ledger.operation, ends, ledger.now() - canarySince);
    ledger.change(judged);
    await ledger.save(true);
    return { jobs: 0, waitMs: judged.phase === 'work' ? 0 : CANARY_LOOK_MS };
  }

  private async work(): Promise<Step> {
    await this.countAll();
    if (await this.canBatch()) return this.batch();
    const { jobs, isLast } = await this.someJobs(stepSize(this.ledger.operation.pace));
    if (isLast) await this.done();
    return { jobs, waitMs: 0 };
  }

  private async done(): Promise<void> {
    await this.hiding.showAll();
    this.ledger.record = withRest(this.ledger.record);
    await this.ledger.end('done', null);
  }

  private get isAll(): boolean {
    const target = jobTargetOf(this.ledger.operation);
    return target.by === 'query' && target.query === '';
  }

  private async canBatch(): Promise<boolean> {
    const { queue, position, chunk } = this.ledger.record;
    const { queueKey } = this.ledger.operation;
    if (!this.isAll || position !== null || chunk.length > 0) return false;
    if (!this.at.bulk.hasBatch(queue, this.action, this.jobs.state)) return false;
    return (await this.at.hidden.count(queueKey, this.jobs.state)) === 0;
  }

  /** Where all of a finished state is meant, their number needs no search. */
  private async countAll(): Promise<void> {
    const { ledger, at } = this;
    const { until, counts, queueKey } = ledger.operation;
    const { state } = this.jobs;
    if (counts.of !== null || !this.isAll || !isByScore(state)) return;
    const left = await at.bulk.count(ledger.record.queue, { state, until });
    const hidden = await at.hidden.count(queueKey, state);
    ledger.count({ of: Math.max(0, left - hidden) + counts.done + counts.failed + counts.skipped });
    await ledger.save(true);
  }

  /** One run of the library's script for many jobs. */
  private async batch(): Promise<Step> {
    const { ledger, at } = this;
    const { until, pace } = ledger.operation;
    const { queue } = ledger.record;
    const set = { state: this.jobs.state, until };
    if (ledger.record.remaining === null) {
      ledger.keep({ remaining: await at.bulk.count(queue, set) });
      await ledger.save();
    }
    const { batchSize } = ledger.record;
    const size = Math.min(batchSize, stepSize(pace, MAX_BATCH));
    const { done, isMore, ms } = await at.bulk.batch(queue, this.action, set, size);
    ledger.keep({
      batchSize: size === batchSize ? nextBatchSize(size, ms, MAX_BATCH) : batchSize,
      remaining: Math.max(0, (ledger.record.remaining ?? 0) - done),
    });
    ledger.count({ done: ledger.operation.counts.done + done });
    if (isMore) await ledger.save();
    else await this.done();
    return { jobs: done, waitMs: 0 };
  }

  private get action() {
    const { action } = this.ledger.operation;
    if (action === 'clean' || action === 'drain' || action === 'obliterate' || action === 'replay')
      throw new Error(`not for jobs: ${action}`);
    return action;
  }

  /** The next jobs, one script each. */
  private async someJobs(size: number): Promise<{ jobs: number; isLast: boolean }> {
    const { ledger, at } = this;
    const { until, id, queueKey, canUndo, phase, pace } = ledger.operation;
    const page = ledger.record.chunk.length > 0 ? null : await this.jobs.pull(size);
    if (page) {
      this.jobs.found(page);
      ledger.keep({ chunk: page.ids });
      this.isRepeat = false;
      if (page.ids.length > 0) await ledger.save();
    }
    const { chunk, queue } = ledger.record;
    if (pace === null && phase === 'work') this.jobs.lookAhead(size);
    if (chunk.length > 0) {
      const { state } = this.jobs;
      const results = await at.bulk.act(queue, {
        action: this.action,
        state,
        until,
        ids: chunk,
        to: ledger.operation.to,
        copyId: copyIdFor(id),
      });
      if (phase === 'canary') this.watch(results);
      const counted = accounted(ledger.record, results, this.isRepeat);
      ledger.record = counted.record;
      this.isRepeat = false;
      const isUnhidden = ledger.operation.counts.hidden > 0 && !canUndo;
      ledger.add(isUnhidden ? at.hidden.showCommands(queueKey, state, chunk) : [], counted.lines);
      if (isUnhidden) ledger.count({ hidden: Math.max(0, ledger.operation.counts.hidden - chunk.length) });
    }
    const isLast = ledger.record.isScanned;
    if (isLast || page?.ids.length === 0) await ledger.save();
    return { jobs: chunk.length, isLast };
  }

  private watch(results: readonly BulkResult[]): void {
    const going = results.filter(({ outcome }) => outcome === 'done').map(({ id, newId }) => newId ?? id);
    this.ledger.keep({ canaryIds: [...this.ledger.record.canaryIds, ...going] });
  }
}

import { UNDO_MS } from '../domain/operation';
import { jobTargetOf, type JobSet } from './job-set';
import type { Ledger } from './ledger';
import { MAX_STEP } from './machine';
import { NO_JOBS, type Step, type Workplace } from './workplace';

/** The undo of a removal: its jobs out of sight, back to light, or on their way out after ten minutes. */
export class Hiding {
  constructor(
    private readonly at: Workplace,
    private readonly ledger: Ledger,
    private readonly jobs: JobSet,
  ) {}

  /** Puts the next jobs out of sight; their removal comes later. */
  async step(): Promise<Step> {
    const { at, ledger, jobs } = this;
    const { id, queueKey, until, counts } = ledger.operation;
    const target = jobTargetOf(ledger.operation);
    const isNamed = target.by === 'ids';
    const page = isNamed ? await jobs.pull(MAX_STEP) : await jobs.scan('oldest', MAX_STEP);
    const rows = isNamed ? await at.bulk.rows(ledger.record.queue, target.state, page.ids) : null;
    const ids = rows ? rows.filter(({ finishedOn }) => (finishedOn ?? 0) <= until).map((row) => row.id) : page.ids;
    const hidden = await at.hidden.which(
      queueKey,
      target.state,
      ids.map((jobId) => ({ id: jobId, finishedOn: null })),
    );
    const fresh = ids.filter((_, n) => !hidden[n]);
    if (fresh.length > (await at.hidden.room(queueKey))) {
      await this.showAll();
      await ledger.end('failed', 'More jobs than can be kept for undoing. None was removed: remove them without undo.');
      return NO_JOBS;
    }
    if (fresh.length > 0) {
      ledger.add(at.hidden.hideCommands(queueKey, target.state, fresh, { until, operation: id }));
      if (!isNamed) ledger.add(at.store.idCommands(id, fresh, counts.hidden));
    }
    jobs.found(page);
    ledger.count({
      hidden: counts.hidden + fresh.length,
      skipped: counts.skipped + page.ids.length - fresh.length,
    });
    if (page.isScanned) await this.defer();
    else await ledger.save();
    return NO_JOBS;
  }

  /** All are hidden: nothing more happens until their time has come, or somebody undoes it. */
  private async defer(): Promise<void> {
    const { ledger } = this;
    const { hidden } = ledger.operation.counts;
    ledger.keep({ position: 0 });
    ledger.count({ of: hidden, toScan: null });
    if (hidden === 0) return ledger.end('done', 'None of them was there any more.');
    ledger.change({ state: 'deferred', dueAt: ledger.now() + UNDO_MS, rate: null });
    await ledger.save(true, true);
  }

  /** Ten minutes are over: from here on there is no undo. */
  async beginRemoval(): Promise<void> {
    const { ledger } = this;
    if ((ledger.operation.dueAt ?? 0) > ledger.now()) return;
    ledger.keep({ position: 0, isScanned: false });
    ledger.count({ skipped: 0 });
    ledger.change({ state: 'running', phase: 'work', canUndo: false, dueAt: null });
    await ledger.save(true);
  }

  /** Brings hidden jobs back to light. */
  async showAll(): Promise<void> {
    const { at, ledger } = this;
    const { id, queueKey, counts } = ledger.operation;
    if (counts.hidden === 0) return;
    for (let position = 0; ; position += MAX_STEP) {
      const ids = await at.store.ids(id, position, MAX_STEP);
      if (ids.length === 0) break;
      await ledger.write(at.hidden.showCommands(queueKey, this.jobs.state, ids));
    }
    ledger.count({ hidden: 0 });
  }
}

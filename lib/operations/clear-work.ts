import type { ClearingTask } from '../sources/controls';
import type { Ledger } from './ledger';
import type { Step, Work, Workplace } from './workplace';

/** One part where no pace is asked for, in ms; with one a single script is run. */
const PART_MS = 150;
/** Jobs that a part which was cut off can have taken: at a pace one script's worth. */
const CUT_OFF = { paced: 1_000, unpaced: 10_000 };

/** Takes many jobs out of a queue by the library's own scripts, part after part. A part that is done again takes no job twice. */
export class ClearWork implements Work {
  constructor(
    private readonly at: Workplace,
    private readonly ledger: Ledger,
  ) {}

  async step(): Promise<Step> {
    const { at, ledger } = this;
    const { pace } = ledger.operation;
    const { queue, cursor } = ledger.record;
    const task = this.task();
    if (ledger.operation.counts.of === null) {
      const { count } = await at.controls.previewClearing(queue, task);
      ledger.count({ of: count });
      ledger.keep({ remaining: count });
      await ledger.save(true);
    }
    const part = await at.controls.clear(queue, task, cursor, pace === null ? PART_MS : 0);
    const counts = ledger.operation.counts;
    const done = counts.done + part.removed;
    ledger.count({ done, of: Math.max(counts.of ?? 0, done) });
    ledger.keep({ cursor: part.cursor, remaining: part.left });
    // Producers that are faster than the pace would keep a drain going for ever.
    const isEnough = task.what === 'drain' && part.removed > 0 && done >= (counts.of ?? 0);
    if (part.cursor === null || isEnough) await this.end(part.left ?? 0);
    else await ledger.save();
    return { jobs: part.removed, waitMs: 0 };
  }

  /** After a crash within a part: what is missing since the part before was taken by it, as far as can be told. */
  async takeOver(): Promise<void> {
    const { ledger, at } = this;
    const { remaining, queue } = ledger.record;
    if (remaining === null) return;
    const { count } = await at.controls.previewClearing(queue, this.task());
    const { counts, pace } = ledger.operation;
    const most = pace === null ? CUT_OFF.unpaced : CUT_OFF.paced;
    ledger.count({ done: counts.done + Math.min(most, Math.max(0, remaining - count)) });
    ledger.keep({ remaining: count });
  }

  private task(): ClearingTask {
    const { target, until } = this.ledger.operation;
    if (target.by !== 'clearing') throw new Error('not a clearing');
    return { ...target.clearing, until };
  }

  private async end(left: number): Promise<void> {
    const { ledger } = this;
    const { done } = ledger.operation.counts;
    ledger.count({ of: done });
    await ledger.end('done', left > 0 && this.task().what === 'drain' ? `${left} jobs came meanwhile and stay.` : null);
  }
}

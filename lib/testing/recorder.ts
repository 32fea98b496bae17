import type { EventGap, SourceReading, SourceWatch } from '../sources/source';
import { sleep } from './looker';

const EVERY_MS = 150;
/** A worker notes an end before the broker does. */
const CLOCK_MS = 20;

/** A job that ended. `at`: ms since the epoch; `name`: `null` where it was not told. */
export type Ended = { at: number; name: string | null };

/** Looks again and again in the background, as a collector does, and keeps what was said of each queue by its time. */
export class Recorder {
  readonly gaps: EventGap[] = [];
  readonly removed: string[] = [];
  /** ms since the epoch of looks that succeeded, and of those that did not with why. */
  readonly looks: number[] = [];
  readonly failures: { at: number; error: string }[] = [];
  newest: SourceReading | null = null;
  /** Queues with why they could not be read, whenever that was. */
  readonly unread = new Map<string, string>();
  private readonly completed = new Map<string, Ended[]>();
  private isOver = false;
  private readonly loop: Promise<void>;

  constructor(readonly watch: SourceWatch) {
    this.loop = this.run();
  }

  completedOf(name: string): Ended[] {
    return this.completed.get(name) ?? [];
  }

  gapsOf(name: string): EventGap[] {
    return this.gaps.filter(({ queue }) => queue === null || queue.name === name);
  }

  /**
   * Holds what was said of a queue against `truth`, what its workers wrote down, each job with a name of its own.
   * `lost`: done after `since` (ms) and outside all gaps, and never told. `repeated`: told more often than done.
   */
  compare(name: string, truth: readonly Ended[], since: number): { lost: number; repeated: number; told: number } {
    const told = countNames(this.completedOf(name));
    const done = countNames(truth);
    const unnamed = told.get(null) ?? 0;
    const isMarked = (at: number) => this.gapsOf(name).some(({ from, to }) => at >= from - CLOCK_MS && at <= to);
    const lost = truth.filter(({ at, name: job }) => at > since && !told.has(job) && !isMarked(at)).length;
    const repeated = [...told].filter(([job, count]) => job !== null && count > (done.get(job) ?? 0)).length;
    return { lost: Math.max(0, lost - unnamed), repeated, told: this.completedOf(name).length };
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.loop;
    await this.watch.close();
  }

  private async run(): Promise<void> {
    for (; !this.isOver; await sleep(EVERY_MS)) {
      try {
        this.take(await this.watch.look());
      } catch (error) {
        this.failures.push({ at: Date.now(), error: String(error) });
      }
    }
  }

  private take(reading: SourceReading): void {
    this.newest = reading;
    this.looks.push(Date.now());
    this.gaps.push(...reading.gaps);
    this.removed.push(...reading.removed.map(({ name }) => name));
    for (const { queue, reason } of reading.unread ?? []) this.unread.set(queue.name, reason);
    for (const { queue, events } of reading.events)
      for (const { type, at, name = null } of events) {
        if (type !== 'completed') continue;
        const ended = this.completed.get(queue.name);
        if (ended) ended.push({ at, name });
        else this.completed.set(queue.name, [{ at, name }]);
      }
  }
}

function countNames(ended: readonly Ended[]): Map<string | null, number> {
  const counts = new Map<string | null, number>();
  for (const { name } of ended) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

import { MAX_WORKERS, type SourceWorkers } from '../domain/worker';

const EVERY_MS = 5_000;
/** An idle time beyond this is worth telling; below it changes with every command. */
const LONG_IDLE_MS = 60_000;

/**
 * Decides when the list of workers is published: at once when somebody came or went, and at most every 5 s when somebody
 * does something else.
 */
export class WorkerBoard {
  private text = '';
  private who = '';
  private saidAt = 0;

  /** What to publish now, `null` when there is nothing new. `now`: ms. Call `settle` when it is stored. */
  news(sources: readonly SourceWorkers[], now: number): { sources: SourceWorkers[]; settle: () => void } | null {
    const bounded = bound(sources);
    const who = JSON.stringify(bounded.map(({ source, workers }) => [source, workers?.map(({ id }) => id)]));
    if (who === this.who && now - this.saidAt < EVERY_MS) return null;
    const text = JSON.stringify(bounded.map(essence));
    if (text === this.text) return null;
    const settle = () => {
      this.text = text;
      this.who = who;
      this.saidAt = now;
    };
    return { sources: bounded, settle };
  }

  reset(): void {
    this.text = this.who = '';
    this.saidAt = 0;
  }
}

function bound(sources: readonly SourceWorkers[]): SourceWorkers[] {
  let left = MAX_WORKERS;
  return sources.map((source) => {
    if (!source.workers) return source;
    const workers = source.workers.slice(0, left);
    left -= workers.length;
    return { ...source, workers };
  });
}

function essence({ source, reason, total, workers }: SourceWorkers): unknown {
  return [
    source,
    reason,
    total,
    workers?.map(({ id, queueKey, lastCommand, idleMs }) => [id, queueKey, lastCommand, (idleMs ?? 0) > LONG_IDLE_MS]),
  ];
}

import { MINUTE_MS } from '../history/history-store';

/** Two looks further apart than this leave a hole between them. */
const MAX_BETWEEN_MS = 5_000;
const KEEP_MS = 60 * MINUTE_MS;

export type CoveredMinute = { at: number; coveredMs: number };

/** In how much of each minute a source was looked at: tells a quiet minute from one that nobody saw. */
export class Presence {
  private readonly covered = new Map<number, number>();
  private readonly written = new Map<number, number>();
  private lastAt: number | null = null;

  /** A look succeeded at `at` (ms, broker's clock). */
  looked(at: number): void {
    const from = this.lastAt !== null && at - this.lastAt <= MAX_BETWEEN_MS && at >= this.lastAt ? this.lastAt : at - 1;
    this.lastAt = at;
    for (let start = from; start < at;) {
      const minute = Math.floor(start / MINUTE_MS) * MINUTE_MS;
      const end = Math.min(at, minute + MINUTE_MS);
      this.covered.set(minute, (this.covered.get(minute) ?? 0) + end - start);
      start = end;
    }
  }

  unwritten(): CoveredMinute[] {
    return [...this.covered]
      .filter(([at, ms]) => this.written.get(at) !== ms)
      .map(([at, coveredMs]) => ({ at, coveredMs }));
  }

  settle(stored: readonly CoveredMinute[], now: number): void {
    for (const { at, coveredMs } of stored) this.written.set(at, coveredMs);
    for (const at of this.covered.keys())
      if (now - at > KEEP_MS || (now - at > 3 * MINUTE_MS && this.written.get(at) === this.covered.get(at))) {
        this.covered.delete(at);
        this.written.delete(at);
      }
  }

  markAllUnwritten(): void {
    this.written.clear();
  }
}

/** A job that failed or stalled, and how often. Times ms. */
export type TroubledJob = {
  id: string;
  name: string | null;
  failures: number;
  stalls: number;
  firstAt: number;
  lastAt: number;
};

const MAX_JOBS = 300;
const KEPT_MS = 15 * 60_000;

/** Which jobs failed and stalled lately: the same ones again and again are poison. */
export class RecentJobs {
  private readonly jobs = new Map<string, TroubledJob>();

  failed(id: string, at: number, name: string | null): void {
    this.note(id, at, name, 1, 0);
  }

  stalled(id: string, at: number, name: string | null): void {
    this.note(id, at, name, 0, 1);
  }

  /** Those with at least so many failures, or half as many stalls (a stall takes a worker down), in the last `ms`. */
  repeated(least: number, now: number, ms: number): TroubledJob[] {
    return [...this.jobs.values()].filter(
      ({ failures, stalls, lastAt }) => now - lastAt <= ms && (failures >= least || 2 * stalls >= least),
    );
  }

  private note(id: string, at: number, name: string | null, failures: number, stalls: number): void {
    const before = this.jobs.get(id);
    const isFresh = !before || at - before.lastAt > KEPT_MS;
    this.jobs.delete(id);
    this.jobs.set(id, {
      id,
      name: name ?? before?.name ?? null,
      failures: (isFresh ? 0 : before.failures) + failures,
      stalls: (isFresh ? 0 : before.stalls) + stalls,
      firstAt: isFresh ? at : before.firstAt,
      lastAt: at,
    });
    if (this.jobs.size <= MAX_JOBS) return;
    const [eldest] = this.jobs.keys();
    if (eldest !== undefined) this.jobs.delete(eldest);
  }
}

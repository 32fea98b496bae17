const WINDOW_MS = 3_000;

/** Jobs per second over the last seconds. */
export class RateMeter {
  private readonly steps: { at: number; jobs: number }[] = [];

  add(jobs: number, now: number): void {
    if (jobs > 0) this.steps.push({ at: now, jobs });
    while (this.steps[0] && this.steps[0].at < now - WINDOW_MS) this.steps.shift();
  }

  /** `null` until two steps were seen. */
  perSecond(now: number): number | null {
    const [first] = this.steps;
    if (!first || this.steps.length < 2) return null;
    const jobs = this.steps.reduce((sum, step) => sum + step.jobs, 0) - first.jobs;
    const ms = Math.max(1, now - first.at);
    return Math.round((jobs * 1_000) / ms);
  }
}

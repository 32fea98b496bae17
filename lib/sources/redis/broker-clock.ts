/** Answers of this many looks are compared. */
const SAMPLES = 30;
/** A difference of more than this (ms) is a jump of one of the clocks. */
const JUMP_MS = 2_000;

type Sample = { offsetMs: number; tripMs: number };

/**
 * How far a broker's clock is from ours. What it said on the way that took least time is nearest to the truth: an answer
 * that we were late to read says that its clock is behind.
 */
export class BrokerClock {
  private samples: Sample[] = [];

  /** broker's clock − ours, ms. */
  offset(): number {
    const [best] = [...this.samples].sort((a, b) => a.tripMs - b.tripMs);
    return best?.offsetMs ?? 0;
  }

  /** Another broker is asked from now on. */
  reset(): void {
    this.samples = [];
  }

  /** It said `at` (ms) to a question that took `tripMs` and was answered at `now` by our clock. @returns by how much (ms) a clock has jumped, else 0 */
  note(at: number, tripMs: number, now: number): number {
    const offsetMs = Math.round(at - (now - tripMs / 2));
    const jumped = offsetMs - this.offset();
    const isJump = this.samples.length > 0 && Math.abs(jumped) > JUMP_MS + tripMs;
    if (isJump) this.samples = [];
    this.samples = [...this.samples, { offsetMs, tripMs }].slice(-SAMPLES);
    return isJump ? jumped : 0;
  }
}

import { AppError } from '../../domain/errors';
import type { Actor } from '../../domain/permissions';

const AT_ONCE_EACH = 2;
const AT_ONCE_ALL = 8;
/** A browser that starts a new search has just given up the one before: its place is free in a moment. */
const WAIT_MS = 1_500;
const LOOK_AGAIN_MS = 25;

/** Bounds the searches that run at the same time, for each person and in all: they cost the broker more than lists do. */
export class SearchSlots {
  private readonly running = new Map<string, number>();
  private total = 0;

  /** Takes a place, to be given back by calling the result. @throws AppError `too-many-requests` when none comes free */
  async take({ kind, name }: Actor): Promise<() => void> {
    const who = `${kind} ${name}`;
    for (const end = performance.now() + WAIT_MS; this.isFull(who);)
      if (performance.now() < end) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      else
        throw new AppError(
          'too-many-requests',
          (this.running.get(who) ?? 0) >= AT_ONCE_EACH
            ? `${AT_ONCE_EACH} searches of yours are running. Stop one, or wait until it ends.`
            : 'Many people are searching just now. Try again in a moment.',
        );
    this.running.set(who, (this.running.get(who) ?? 0) + 1);
    this.total += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.total -= 1;
      const left = (this.running.get(who) ?? 1) - 1;
      if (left > 0) this.running.set(who, left);
      else this.running.delete(who);
    };
  }

  private isFull(who: string): boolean {
    return this.total >= AT_ONCE_ALL || (this.running.get(who) ?? 0) >= AT_ONCE_EACH;
  }
}

/** Bases classified in one look. */
const CLASSIFY_AT_ONCE = 200;
/** A family (the text before the first colon) with this many look-alikes and no queue belongs to another program. */
const FOREIGN_AFTER = 500;
/** Bases of a foreign family that are looked at in one look, so that its millions cost nothing and hide nobody. */
const FOREIGN_AT_ONCE = 10;
const MAX_PER_FAMILY = 1_000;
const MAX_REMEMBERED = 50_000;
/** Bases that were no queue are looked at again after this time. */
const RETRY_MS = 30_000;
const RETRY_FOREIGN_MS = 600_000;

/** `isNew`: it was not there in a whole pass of the scan, so all of its life is news. */
export type Candidate = { base: string; isNew: boolean };
type Family = { waiting: Map<string, boolean>; rejections: number };

/**
 * Bases that may be queues. Those named by events, workers or known prefixes come first; keys that only look like a
 * queue's take turns by family, since another program may have millions of `user:42:id`.
 */
export class Candidates {
  private readonly certain = new Map<string, boolean>();
  private readonly families = new Map<string, Family>();
  private readonly rejectedAt = new Map<string, number>();

  /** One that an event, a worker, or a key that no other program writes has named. */
  addCertain(base: string, isNew: boolean): void {
    if (!this.certain.has(base)) this.certain.set(base, isNew && !this.rejectedAt.has(base));
  }

  addLookalike(base: string, isNew: boolean, now: number): void {
    const name = familyOf(base);
    let family = this.families.get(name);
    if (!family) this.families.set(name, (family = { waiting: new Map(), rejections: 0 }));
    const rejectedAt = this.rejectedAt.get(base);
    if (rejectedAt !== undefined && now - rejectedAt < (isForeign(family) ? RETRY_FOREIGN_MS : RETRY_MS)) return;
    if (family.waiting.size < (isForeign(family) ? FOREIGN_AT_ONCE : MAX_PER_FAMILY))
      family.waiting.set(base, isNew && rejectedAt === undefined && !isForeign(family));
  }

  /** The next ones to look at; each comes back by `accept` or `reject`, or is lost until it is named again. */
  take(): Candidate[] {
    const taken: Candidate[] = [];
    const move = (from: Map<string, boolean>, most: number) => {
      for (const [base, isNew] of from) {
        if (most-- <= 0 || taken.length >= CLASSIFY_AT_ONCE) return;
        from.delete(base);
        taken.push({ base, isNew });
      }
    };
    move(this.certain, CLASSIFY_AT_ONCE);
    const families = [...this.families.values()].filter(({ waiting }) => waiting.size > 0);
    const share = Math.ceil((CLASSIFY_AT_ONCE - taken.length) / Math.max(1, families.length));
    for (const family of families) move(family.waiting, isForeign(family) ? Math.min(share, FOREIGN_AT_ONCE) : share);
    return taken;
  }

  accept(base: string): void {
    this.rejectedAt.delete(base);
    const family = this.families.get(familyOf(base));
    // A queue in it: the family is not foreign, however many look-alikes it has.
    if (family) family.rejections = -Infinity;
  }

  reject(base: string, now: number): void {
    if (this.rejectedAt.size >= MAX_REMEMBERED) this.rejectedAt.clear();
    this.rejectedAt.set(base, now);
    const family = this.families.get(familyOf(base));
    if (family) family.rejections += 1;
  }

  /** Nothing stands in the way of `base` being found as new again: the queue that had this name is gone. */
  forget(base: string): void {
    this.rejectedAt.delete(base);
  }
}

function familyOf(base: string): string {
  return base.slice(0, base.indexOf(':'));
}

function isForeign({ rejections }: Family): boolean {
  return rejections >= FOREIGN_AFTER;
}

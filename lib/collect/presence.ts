import { DEFAULT_TIERS, slotOf, type Tier } from '../history/tiers';

/** Two looks further apart than this leave a hole between them. */
const MAX_BETWEEN_MS = 5_000;
const KEEP_WRITTEN_MS = 60_000;
/** So many slots of a tier that could not be written are kept. */
const MAX_UNWRITTEN = 400;

export type CoveredSlot = { tier: Tier; at: number; coveredMs: number };

/** In how much of each slot a source was looked at: tells a quiet slot from one that nobody saw. */
export class Presence {
  private readonly covered: { tier: Tier; slots: Map<number, number>; written: Map<number, number> }[];
  private lastAt: number | null = null;
  private isBased = false;

  constructor(tiers: readonly Tier[] = DEFAULT_TIERS.series) {
    this.covered = tiers.map((tier) => ({ tier, slots: new Map(), written: new Map() }));
  }

  /** Another collector stored what it covered until `at` (ms), from where on this one looked, too; `null`: it did not. */
  goOn(at: number | null): void {
    for (const { slots, written } of this.covered) {
      slots.clear();
      written.clear();
    }
    this.lastAt = at;
    this.isBased = false;
  }

  /** Slots that were begun before a first look at `at` (ms): what is stored of them is to be given to `load`. */
  wanted(at: number): { tier: Tier; at: number }[] {
    if (this.isBased) return [];
    const from = this.lastAt ?? at;
    return this.covered.flatMap(({ tier }) =>
      [...new Set([slotOf(tier, from), slotOf(tier, at)])].map((start) => ({ tier, at: start })),
    );
  }

  load(tier: Tier, at: number, coveredMs: number): void {
    const slots = this.covered.find((entry) => entry.tier === tier)?.slots;
    if (coveredMs > 0) slots?.set(at, (slots.get(at) ?? 0) + coveredMs);
  }

  /** A look succeeded at `at` (ms, broker's clock). */
  looked(at: number): void {
    const from = this.lastAt !== null && at - this.lastAt <= MAX_BETWEEN_MS && at >= this.lastAt ? this.lastAt : at - 1;
    this.lastAt = at;
    this.isBased = true;
    for (const { tier, slots } of this.covered)
      for (let start = from; start < at;) {
        const slot = slotOf(tier, start);
        const end = Math.min(at, slot + tier.slotMs);
        if (!slots.has(slot)) this.forgetOld(at);
        slots.set(slot, Math.min(tier.slotMs, (slots.get(slot) ?? 0) + end - start));
        start = end;
      }
  }

  unwritten(): CoveredSlot[] {
    return this.covered.flatMap(({ tier, slots, written }) =>
      [...slots].filter(([at, ms]) => written.get(at) !== ms).map(([at, coveredMs]) => ({ tier, at, coveredMs })),
    );
  }

  settle(stored: readonly CoveredSlot[], now: number): void {
    for (const { tier, at, coveredMs } of stored)
      this.covered.find((entry) => entry.tier === tier)?.written.set(at, coveredMs);
    this.forgetOld(now);
  }

  private forgetOld(now: number): void {
    for (const { tier, slots, written } of this.covered)
      for (const at of slots.keys()) {
        const age = now - at - tier.slotMs;
        if (age <= MAX_UNWRITTEN * tier.slotMs && (age <= KEEP_WRITTEN_MS || written.get(at) !== slots.get(at)))
          continue;
        slots.delete(at);
        written.delete(at);
      }
  }
}

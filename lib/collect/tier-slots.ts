import { slotOf, type Tier } from '../history/tiers';

/** A slot that is over stays open for late events this long; later ones are added to what is stored. */
const KEEP_WRITTEN_MS = 60_000;
/** So many slots of a tier that could not be written are kept for each queue, then the oldest are given up. */
const MAX_UNWRITTEN = 400;

/** What fills up within a slot. */
export interface SlotContent<R> {
  toRecord(): R;
  /** Adds what was stored of the slot before. */
  loadFrom(record: R): void;
}

/** A record to write; `version` tells whether it changed while it was being written. */
export type Unwritten<R> = { tier: Tier; at: number; record: R; version: number };

type Slot<B> = { content: B; version: number; writtenVersion: number };

/** The slots of one tier that are held in memory: the one that fills, and those that wait to be written. */
export class TierSlots<R, B extends SlotContent<R>> {
  private readonly slots = new Map<number, Slot<B>>();
  private newest = -Infinity;

  /** Nothing of a slot that begins at or after `startedAt` (ms) can have been stored before it is first touched here. */
  constructor(
    readonly tier: Tier,
    private readonly startedAt: number,
    private readonly create: () => B,
  ) {}

  /** The slot of `at`, to be changed. */
  change(at: number): B {
    const start = slotOf(this.tier, at);
    const slot = this.slots.get(start) ?? this.add(start);
    slot.version += 1;
    return slot.content;
  }

  /** What is held in memory, in no order. */
  contents(): B[] {
    return [...this.slots.values()].map(({ content }) => content);
  }

  /** The slot of `at` is not held here, but may be in the store: load it before it is changed. */
  isUnknown(at: number): boolean {
    const start = slotOf(this.tier, at);
    return !this.slots.has(start) && (start < this.startedAt || start <= this.newest);
  }

  load(at: number, record: R): void {
    const start = slotOf(this.tier, at);
    (this.slots.get(start) ?? this.add(start)).content.loadFrom(record);
  }

  /** Slots that changed since they were last written, oldest first; those that `isNothingNew` count as written. */
  unwritten(isNothingNew: (content: B, at: number) => boolean = () => false): Unwritten<R>[] {
    const result: Unwritten<R>[] = [];
    for (const [at, slot] of [...this.slots].sort(([a], [b]) => a - b)) {
      if (slot.version === slot.writtenVersion) continue;
      if (isNothingNew(slot.content, at)) slot.writtenVersion = slot.version;
      else result.push({ tier: this.tier, at, record: slot.content.toRecord(), version: slot.version });
    }
    return result;
  }

  settle({ at, version }: Unwritten<R>): void {
    const slot = this.slots.get(at);
    if (slot) slot.writtenVersion = version;
  }

  /** Everything that is held has to be written again. */
  markUnwritten(): void {
    for (const slot of this.slots.values()) slot.version += 1;
  }

  /** Call between readings, not while one is taken in: what was loaded for it must stay until then. */
  forgetOld(now: number): void {
    const waiting: number[] = [];
    for (const [at, slot] of this.slots) {
      if (slot.version !== slot.writtenVersion) waiting.push(at);
      else if (now - at - this.tier.slotMs > KEEP_WRITTEN_MS) this.slots.delete(at);
    }
    if (waiting.length <= MAX_UNWRITTEN) return;
    for (const at of waiting.sort((a, b) => b - a).slice(MAX_UNWRITTEN)) this.slots.delete(at);
  }

  private add(start: number): Slot<B> {
    const slot = { content: this.create(), version: 0, writtenVersion: 0 };
    this.slots.set(start, slot);
    this.newest = Math.max(this.newest, start);
    return slot;
  }
}

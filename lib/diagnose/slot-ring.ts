/**
 * Sums by slot of time, the newest `slots` of them, in constant time: each row holds what was counted up to the end of its
 * slot. All times ms since the epoch, by one clock.
 */
export class SlotRing<F extends string> {
  private readonly rows: Float64Array;
  private readonly places: ReadonlyMap<F, number>;
  private readonly width: number;
  private readonly size: number;
  /** The newest slot; -1 before the first. */
  private head = -1;

  constructor(
    readonly slotMs: number,
    slots: number,
    fields: readonly F[],
  ) {
    this.width = fields.length;
    // One more: what was counted before the oldest slot.
    this.size = slots + 1;
    this.rows = new Float64Array(this.size * this.width);
    this.places = new Map(fields.map((field, index) => [field, index]));
  }

  add(at: number, field: F, by: number): void {
    const slot = Math.floor(at / this.slotMs);
    if (slot > this.head) this.advance(slot);
    // What comes too late for its slot is of no use.
    if (slot <= this.head - this.size + 1) return;
    const place = this.places.get(field) ?? 0;
    for (let later = slot; later <= this.head; later += 1) {
      const cell = (later % this.size) * this.width + place;
      this.rows[cell] = (this.rows[cell] ?? 0) + by;
    }
  }

  /** Sum over the slots that begin in [from, to). */
  sum(field: F, from: number, to: number): number {
    if (this.head < 0) return 0;
    const place = this.places.get(field) ?? 0;
    const first = Math.ceil(from / this.slotMs);
    const last = Math.ceil(to / this.slotMs) - 1;
    return last < first ? 0 : this.upTo(last, place) - this.upTo(first - 1, place);
  }

  /** Values of the slots that begin in [from, to), oldest first; slots of which nothing is held are 0. */
  each(field: F, from: number, to: number): number[] {
    const place = this.places.get(field) ?? 0;
    const list: number[] = [];
    for (let slot = Math.ceil(from / this.slotMs); slot * this.slotMs < to; slot += 1)
      list.push(this.head < 0 ? 0 : this.upTo(slot, place) - this.upTo(slot - 1, place));
    return list;
  }

  private upTo(slot: number, place: number): number {
    const held = Math.min(this.head, Math.max(slot, this.head - this.size + 1));
    return this.rows[(held % this.size) * this.width + place] ?? 0;
  }

  private advance(to: number): void {
    const from = this.head < 0 ? -1 : (this.head % this.size) * this.width;
    if (from >= 0) {
      const row = this.rows.slice(from, from + this.width);
      for (let slot = Math.max(this.head + 1, to - this.size + 1); slot <= to; slot += 1)
        this.rows.set(row, (slot % this.size) * this.width);
    }
    this.head = to;
  }
}

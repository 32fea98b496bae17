import { SlotRing } from './slot-ring';
import { typicalRunOf, type TypicalRun } from './typical-run';

const SLOT_MS = 10_000;
const SLOTS = 90;
/** Kinds that are counted one by one; a new one takes the place of that which was heard of longest ago. */
const MAX_KINDS = 20;
const MAX_NAME = 100;

/** `ended`: of failures those that were for good. `slow`: runs far above what was typical of the kind before. */
const FIELDS = ['count', 'ended', 'runs', 'runMs', 'runLog', 'runLog2', 'slow'] as const;
export type KindField = (typeof FIELDS)[number];

/** What is typical of a kind's runs, by logarithms (of ms), as it was over some minutes; slow runs do not move it much. */
type Typical = { runs: number; mean: number; scatter: number; at: number };
type Kind = {
  key: string;
  title: string;
  ring: SlotRing<KindField>;
  typical: Typical;
  lastAt: number;
  firstAt: number;
};

/** Typical runs follow what is new with this time constant, ms. */
const TYPICAL_MS = 5 * 60_000;
/** Fewer runs tell nothing of what is typical. */
const LEAST_TYPICAL = 20;
/** A run is slow from so many times the typical one on, and beyond so many times its scatter. */
const SLOW_FACTOR = Math.log(4);
const SLOW_SCATTERS = 3;

/** What happened by kind (job name, kind of failure) in the last quarter of an hour. */
export class RecentKinds {
  private readonly kinds = new Map<string, Kind>();
  /** When the last run ended that was slow for its kind, ms; 0 for never. */
  slowAt = 0;

  add(at: number, name: string, field: KindField, by: number, title = name): void {
    const key = name.slice(0, MAX_NAME);
    let kind = this.kinds.get(key);
    if (!kind) {
      if (this.kinds.size >= MAX_KINDS) this.makeRoom();
      kind = {
        key,
        title: title.slice(0, MAX_NAME),
        ring: new SlotRing<KindField>(SLOT_MS, SLOTS, FIELDS),
        typical: { runs: 0, mean: 0, scatter: 0, at },
        lastAt: at,
        firstAt: at,
      };
      this.kinds.set(key, kind);
    }
    kind.lastAt = Math.max(kind.lastAt, at);
    kind.ring.add(at, field, by);
  }

  /** One run of a kind, of `ms`. */
  addRun(at: number, name: string, ms: number): void {
    this.add(at, name, 'runs', 1);
    const log = Math.log(Math.max(1, ms));
    this.add(at, name, 'runMs', ms);
    this.add(at, name, 'runLog', log);
    this.add(at, name, 'runLog2', log ** 2);
    const typical = this.kinds.get(name.slice(0, MAX_NAME))?.typical;
    if (!typical || !follow(typical, log, at)) return;
    this.add(at, name, 'slow', 1);
    this.slowAt = Math.max(this.slowAt, at);
  }

  get size(): number {
    return this.kinds.size;
  }

  /** Sums of the `ms` (whole slots of 10 s, and the one that fills) that end `endsAgo` before `now`, the most first. */
  top(
    field: KindField,
    now: number,
    ms: number,
    endsAgo = 0,
  ): { key: string; title: string; sum: number; firstAt: number }[] {
    const [from, to] = bounds(now, ms, endsAgo);
    return [...this.kinds.values()]
      .map(({ key, title, ring, firstAt }) => ({ key, title, firstAt, sum: ring.sum(field, from, to) }))
      .filter(({ sum }) => sum > 0)
      .sort((a, b) => b.sum - a.sum);
  }

  sum(key: string, field: KindField, now: number, ms: number, endsAgo = 0): number {
    const [from, to] = bounds(now, ms, endsAgo);
    return this.kinds.get(key)?.ring.sum(field, from, to) ?? 0;
  }

  /** Whether there was something in each of the three newest slots of 10 s, the one that fills among them. */
  isLasting(key: string, field: KindField, now: number): boolean {
    const start = Math.floor(now / SLOT_MS) * SLOT_MS;
    const ring = this.kinds.get(key)?.ring;
    return ring !== undefined && ring.each(field, start - 2 * SLOT_MS, now + 1).every((sum) => sum > 0);
  }

  /** Typical run of one kind; `null` without any. */
  typicalRun(key: string, now: number, ms: number, endsAgo = 0): TypicalRun | null {
    const [runs, log, squares] = (['runs', 'runLog', 'runLog2'] as const).map((field) =>
      this.sum(key, field, now, ms, endsAgo),
    ) as [number, number, number];
    return typicalRunOf(runs, log, squares);
  }

  private makeRoom(): void {
    const [oldest] = [...this.kinds.values()].sort((a, b) => a.lastAt - b.lastAt);
    if (oldest) this.kinds.delete(oldest.key);
  }
}

/** Takes one run in. @returns whether it is slow for its kind */
function follow(typical: Typical, log: number, at: number): boolean {
  const { runs, mean, scatter } = typical;
  const isKnown = runs >= LEAST_TYPICAL;
  const bound = Math.max(SLOW_FACTOR, SLOW_SCATTERS * scatter);
  // What lies far off counts as if it lay at the bound.
  const off = isKnown ? Math.max(-bound, Math.min(bound, log - mean)) : log - mean;
  const weight = Math.max(1 / (runs + 1), 1 - Math.exp(-Math.max(0, at - typical.at) / TYPICAL_MS));
  typical.runs = Math.min(1e9, runs + 1);
  typical.mean = mean + weight * off;
  typical.scatter = Math.sqrt((1 - weight) * (scatter ** 2 + weight * off ** 2));
  typical.at = Math.max(typical.at, at);
  return isKnown && log - mean > bound;
}

function bounds(now: number, ms: number, endsAgo: number): [from: number, to: number] {
  const to = endsAgo === 0 ? now + 1 : Math.floor((now - endsAgo) / SLOT_MS) * SLOT_MS;
  return [Math.floor((now - endsAgo - ms) / SLOT_MS) * SLOT_MS, to];
}

import { SlotRing } from './slot-ring';
import { typicalRunOf, type TypicalRun } from './typical-run';

const SLOT_MS = 10_000;
const SLOTS = 90;
/** Kinds that are counted one by one; a new one takes the place of that which was heard of longest ago. */
const MAX_KINDS = 20;
const MAX_NAME = 100;

const FIELDS = ['count', 'runs', 'runMs', 'runLog', 'runLog2'] as const;
export type KindField = (typeof FIELDS)[number];

type Kind = { key: string; title: string; ring: SlotRing<KindField>; lastAt: number; firstAt: number };

/** What happened by kind (job name, kind of failure) in the last quarter of an hour. */
export class RecentKinds {
  private readonly kinds = new Map<string, Kind>();

  add(at: number, name: string, field: KindField, by: number, title = name): void {
    const key = name.slice(0, MAX_NAME);
    let kind = this.kinds.get(key);
    if (!kind) {
      if (this.kinds.size >= MAX_KINDS) this.makeRoom();
      kind = {
        key,
        title: title.slice(0, MAX_NAME),
        ring: new SlotRing<KindField>(SLOT_MS, SLOTS, FIELDS),
        lastAt: at,
        firstAt: at,
      };
      this.kinds.set(key, kind);
    }
    kind.lastAt = Math.max(kind.lastAt, at);
    kind.ring.add(at, field, by);
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

function bounds(now: number, ms: number, endsAgo: number): [from: number, to: number] {
  const to = endsAgo === 0 ? now + 1 : Math.floor((now - endsAgo) / SLOT_MS) * SLOT_MS;
  return [Math.floor((now - endsAgo - ms) / SLOT_MS) * SLOT_MS, to];
}

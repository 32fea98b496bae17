import { emptyEntry, type NameEntry, type NamesRecord, NAME_COUNTERS } from '../history/names';
import { BinCounts, type SketchBins } from '../history/sketch';
import type { SlotContent } from './tier-slots';

/** Names kept of each slot. */
export const KEPT_NAMES = 20;
/** Names counted at once; above it the lightest half is added to the rest, so memory stays bounded whatever jobs are called. */
const MAX_NAMES = 60;
const MAX_NAME_LENGTH = 100;

type Growing = { counters: number[]; totalRunMs: number; run: BinCounts };

/** Figures by job name within a slot: the heaviest names by themselves, all others together. */
export class NamesSlot implements SlotContent<NamesRecord> {
  private readonly names = new Map<string, Growing>();
  private readonly other = aGrowing();
  private readonly unattributed = aGrowing();

  /** `name`: `null` where it is not known. */
  count(name: string | null, index: number, by: number): void {
    const entry = this.entry(name);
    entry.counters[index] = (entry.counters[index] ?? 0) + by;
  }

  measure(name: string | null, ms: number, bin: number | null): void {
    const entry = this.entry(name);
    entry.run.add(bin, 1);
    entry.totalRunMs += ms;
  }

  /** Runs of one name, `null` where it is not counted by itself. */
  runsOf(name: string): SketchBins | null {
    return this.names.get(keyOf(name))?.run.toBins() ?? null;
  }

  toRecord(): NamesRecord {
    const ordered = this.heaviestFirst();
    const other = aGrowing();
    add(other, toEntry(this.other));
    for (const [, entry] of ordered.slice(KEPT_NAMES)) add(other, toEntry(entry));
    return {
      names: new Map(ordered.slice(0, KEPT_NAMES).map(([name, entry]) => [name, toEntry(entry)])),
      other: toEntry(other),
      unattributed: toEntry(this.unattributed),
    };
  }

  loadFrom({ names, other, unattributed }: NamesRecord): void {
    for (const [name, entry] of names) add(this.entry(name), entry);
    add(this.other, other);
    add(this.unattributed, unattributed);
  }

  private entry(name: string | null): Growing {
    if (name === null) return this.unattributed;
    const key = keyOf(name);
    let entry = this.names.get(key);
    if (!entry) {
      if (this.names.size >= MAX_NAMES) this.shrink();
      this.names.set(key, (entry = aGrowing()));
    }
    return entry;
  }

  private shrink(): void {
    for (const [name, entry] of this.heaviestFirst().slice(MAX_NAMES / 2)) {
      add(this.other, toEntry(entry));
      this.names.delete(name);
    }
  }

  private heaviestFirst(): [string, Growing][] {
    return [...this.names].sort(([, a], [, b]) => weight(b.counters) - weight(a.counters));
  }
}

function keyOf(name: string): string {
  return name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH - 1)}…` : name;
}

function weight(counters: readonly number[]): number {
  return counters.reduce((sum, count) => sum + count, 0);
}

function aGrowing(): Growing {
  const { counters, totalRunMs } = emptyEntry();
  return { counters, totalRunMs, run: new BinCounts() };
}

function toEntry({ counters, totalRunMs, run }: Growing): NameEntry {
  return { counters: [...counters], totalRunMs, run: run.toBins() };
}

function add(target: Growing, { counters, totalRunMs, run }: NameEntry): void {
  for (const index of NAME_COUNTERS.keys())
    target.counters[index] = (target.counters[index] ?? 0) + (counters[index] ?? 0);
  target.totalRunMs += totalRunMs;
  target.run.addAll(run);
}

import { COUNTER_METRICS, GAUGE_METRICS, type NameFigures, type Names } from '../domain/series';
import type { StoredRange } from './history-store';
import { emptyEntry, NAME_COUNTERS, type NameEntry, type NamesRecord } from './names';
import type { SeriesRecord } from './record';
import { BinCounts, NO_BINS, quantilesOf } from './sketch';
import type { Tier } from './tiers';

/** Names in an answer; the rest is added to `other`. */
const MAX_NAMES = 100;

/** Metrics that can be narrowed to one job name. */
export const NAME_METRICS: readonly string[] = [...NAME_COUNTERS, 'runMs.p50', 'runMs.p95', 'runMs.p99'];

type Sum = { counters: number[]; totalRunMs: number; run: BinCounts };

/** Figures by job name over [from, to), heaviest by run time first. */
export function toNames(stored: StoredRange<NamesRecord>, tier: Tier, from: number, to: number): Names {
  const names = new Map<string, Sum>();
  const [other, unattributed] = [aSum(), aSum()];
  for (const { at, record } of stored.records) {
    if (at < from || at >= to) continue;
    for (const [name, entry] of record.names) {
      const sum = names.get(name) ?? aSum();
      names.set(name, add(sum, entry));
    }
    add(other, record.other);
    add(unattributed, record.unattributed);
  }
  const ordered = [...names].sort(
    ([nameA, a], [nameB, b]) => b.totalRunMs - a.totalRunMs || weight(b) - weight(a) || (nameA < nameB ? -1 : 1),
  );
  for (const [, sum] of ordered.splice(MAX_NAMES)) add(other, { ...sum, run: sum.run.toBins() });
  const all = [...ordered.map(([, sum]) => sum), other, unattributed].reduce((ms, sum) => ms + sum.totalRunMs, 0);
  return {
    from,
    to,
    tierMs: tier.slotMs,
    names: ordered.map(([name, sum]) => ({ name, ...figuresOf(sum, all) })),
    other: figuresOf(other, all),
    unattributed: figuresOf(unattributed, all),
  };
}

/** The records of one name as if it were a queue of its own, for `toSeries`. Where others were counted together it may be among them. */
export function seriesOfName(stored: StoredRange<NamesRecord>, name: string): StoredRange<SeriesRecord> {
  return {
    ...stored,
    records: stored.records.map(({ at, record }) => {
      const entry = record.names.get(name);
      const { counters, run } = entry ?? emptyEntry();
      const hidden = record.unattributed.counters.some((count) => count > 0)
        ? 'Some jobs of this time could not be given to a name.'
        : !entry && record.other.counters.some((count) => count > 0)
          ? 'Not among the heaviest names of this time: its jobs, if any, were counted with others.'
          : '';
      return {
        at,
        record: {
          quality: hidden === '' ? ('exact' as const) : ('partial' as const),
          reason: hidden,
          exact: 0,
          counters: COUNTER_METRICS.map(
            (metric) => counters[(NAME_COUNTERS as readonly string[]).indexOf(metric)] ?? 0,
          ),
          samples: 0,
          gauges: GAUGE_METRICS.map(() => null),
          run,
          wait: NO_BINS,
        },
      };
    }),
  };
}

function figuresOf({ counters, totalRunMs, run }: Sum, all: number): NameFigures {
  const [arrived = 0, completed = 0, failed = 0, failedAttempts = 0, stalled = 0] = counters;
  return {
    arrived,
    completed,
    failed,
    failedAttempts,
    stalled,
    runMs: quantilesOf(run.toBins()),
    totalRunMs,
    share: all === 0 ? null : Math.round((totalRunMs / all) * 10_000) / 10_000,
  };
}

function aSum(): Sum {
  return { counters: NAME_COUNTERS.map(() => 0), totalRunMs: 0, run: new BinCounts() };
}

function add(sum: Sum, { counters, totalRunMs, run }: NameEntry): Sum {
  for (const index of NAME_COUNTERS.keys()) sum.counters[index] = (sum.counters[index] ?? 0) + (counters[index] ?? 0);
  sum.totalRunMs += totalRunMs;
  sum.run.addAll(run);
  return sum;
}

function weight({ counters }: Sum): number {
  return counters.reduce((total, count) => total + count, 0);
}

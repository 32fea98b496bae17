import { describe, expect, test } from 'vitest';
import { countOf } from '../history/sketch';
import { DEFAULT_TIERS } from '../history/tiers';
import type { JobEvent, QueueReading } from '../sources/source';
import { QueueFigures } from './queue-figures';

const T0 = Math.floor(1_795_000_000_000 / 3_600_000) * 3_600_000;
const MINUTE = 60_000;

function aReading(at: number, waiting: number): QueueReading {
  return {
    id: { source: 'main', namespace: 'bull', name: 'q' },
    kind: 'bull',
    version: 'bull',
    readOnlyReason: null,
    at,
    counts: {
      waiting,
      active: 0,
      delayed: 0,
      prioritized: null,
      waitingChildren: null,
      paused: 0,
      completed: 0,
      failed: 0,
    },
    isPaused: false,
    oldestWaitingMs: null,
    oldestWaitingIsAtLeast: false,
    workers: 1,
  };
}

const minutesOf = (figures: QueueFigures) => figures.unwritten().series.filter(({ tier }) => tier.slotMs === MINUTE);

/** How many records each tier wrote. */
function stored(figures: QueueFigures, now: number) {
  const unwritten = figures.unwritten();
  figures.settle(unwritten);
  figures.wanted([], [], now);
  return Object.fromEntries(
    [...DEFAULT_TIERS.series, ...DEFAULT_TIERS.names].map((tier) => [
      tier.name,
      [...unwritten.series, ...unwritten.names].filter((record) => record.tier === tier).length,
    ]),
  );
}

describe('minutes to write', () => {
  test('an idle queue is written once a chunk, an empty one never', () => {
    const idle = new QueueFigures();
    const empty = new QueueFigures();
    const written = { idle: {} as Record<string, number>, empty: 0 };
    for (let minute = 0; minute < 120; minute += 1) {
      const at = T0 + minute * MINUTE;
      idle.observe(aReading(at, 5), 5);
      empty.observe(aReading(at, 0), 0);
      for (const [tier, count] of Object.entries(stored(idle, at)))
        written.idle[tier] = (written.idle[tier] ?? 0) + count;
      written.empty += Object.values(stored(empty, at)).reduce((sum, count) => sum + count, 0);
    }
    const chunks = (ms: number) => Math.floor((T0 + 119 * MINUTE) / ms) - Math.floor(T0 / ms) + 1;
    expect(written.idle).toEqual({
      '10s': 8,
      '1m': 2,
      '10m': chunks(12 * 60 * MINUTE),
      '1h': chunks(96 * 60 * MINUTE),
      n1m: 0,
      n1h: 0,
    });
    expect(written.empty).toBe(0);
  });

  test('a change while the minute is being stored is not lost', () => {
    const figures = new QueueFigures();
    figures.take([{ at: T0, type: 'completed', runMs: 1 }]);
    const unwritten = figures.unwritten();
    figures.take([{ at: T0 + 10, type: 'completed', runMs: 1 }]);
    figures.settle(unwritten);
    expect(figures.unwritten().series.map(({ record }) => record.counters[2])).toEqual([2, 2, 2, 2]);
  });

  test('goes on from the minute that was stored before a restart', () => {
    const before = new QueueFigures();
    before.take([{ at: T0, type: 'completed', runMs: 100 }]);
    const after = new QueueFigures(T0 + 4_000);
    const events: JobEvent[] = [{ at: T0 + 5_000, type: 'completed', runMs: 100 }];
    expect(after.wanted(events, [], null).series.map(({ tier }) => tier.name)).toEqual(['10s', '1m', '10m', '1h']);
    for (const { tier, at, record } of before.unwritten().series) after.load(tier, at, record);
    after.take(events);
    for (const { record } of after.unwritten().series) {
      expect(record.counters[2]).toBe(2);
      expect(countOf(record.run)).toBe(2);
    }
  });

  test('a gap marks every minute that it touches', () => {
    const figures = new QueueFigures();
    figures.markGap(T0 + 30_000, T0 + 90_000, 'lost');
    expect(minutesOf(figures).map(({ at, record }) => [at - T0, record.quality])).toEqual([
      [0, 'partial'],
      [MINUTE, 'partial'],
    ]);
  });

  test('a late event and a clock that went back ask for what is stored, time that goes on does not', () => {
    const figures = new QueueFigures(T0);
    const done = (at: number): JobEvent => ({ at, type: 'completed', runMs: 1 });
    const wanted = (at: number, readAt: number | null = null) =>
      figures.wanted([done(at)], [], readAt).series.map(({ tier }) => tier.name);
    figures.take([done(T0 + 1_000)]);
    expect(wanted(T0 + 2_000)).toEqual([]);
    expect(wanted(T0 + 3_600_000)).toEqual([]);
    figures.take([done(T0 + 3_600_000)]);
    figures.settle(figures.unwritten());
    // The first hour has just ended and is held for what comes late.
    expect(wanted(T0 + 1_000, T0 + 3_600_000)).toEqual(['10s', '1m', '10m']);
  });

  test('what waits to be written stays bounded while nobody writes', () => {
    const figures = new QueueFigures();
    for (let second = 0; second < 12 * 3_600; second += 10) {
      const events: JobEvent[] = [{ at: T0 + second * 1000, type: 'completed', runMs: 1 }];
      figures.wanted(events, [], null);
      figures.take(events);
    }
    const { series } = figures.unwritten();
    const count = (name: string) => series.filter(({ tier }) => tier.name === name).length;
    expect([count('10s'), count('1m'), count('10m'), count('1h')]).toEqual([401, 400, 72, 12]);
  });
});

describe('job names', () => {
  test('10,000 distinct names keep the heaviest, and every job is counted once', () => {
    const figures = new QueueFigures();
    const done = (name: string | null): JobEvent => ({ at: T0, type: 'completed', runMs: 10, name });
    for (let n = 0; n < 10_000; n += 1) {
      figures.take([done(`name ${n}`)]);
      if (n % 4 === 0) figures.take([done('heavy')]);
      if (n % 10 === 0) figures.take([done(null)]);
    }
    for (const { record } of figures.unwritten().names) {
      expect(record.names.size).toBe(20);
      expect(record.names.get('heavy')?.counters[1]).toBe(2_500);
      expect(record.unattributed).toMatchObject({ counters: [0, 1_000, 0, 0, 0], totalRunMs: 10_000 });
      const named = [...record.names.values(), record.other].reduce((sum, entry) => sum + (entry.counters[1] ?? 0), 0);
      expect(named).toBe(12_500);
    }
  });
});

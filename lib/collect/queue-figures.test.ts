import { describe, expect, test } from 'vitest';
import type { QueueReading } from '../sources/source';
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

function stored(figures: QueueFigures, now: number) {
  const minutes = figures.unwritten();
  figures.settle(minutes, now);
  return minutes;
}

describe('the last minute', () => {
  test('counts exactly the last 60 seconds', () => {
    const figures = new QueueFigures(0);
    for (let second = 0; second < 120; second += 1)
      figures.take([{ at: T0 + second * 1000, type: 'completed', runMs: 10 }]);
    expect(figures.lastMinute(T0 + 119_500).completed).toBe(60);
    expect(figures.lastMinute(T0 + 149_500).completed).toBe(30);
    expect(figures.lastMinute(T0 + 190_000).completed).toBe(0);
  });

  test('tells failures for good from attempts that will be tried again', () => {
    const figures = new QueueFigures(0);
    figures.take([
      { at: T0, type: 'attempt-failed', count: 2, runMs: 5 },
      { at: T0, type: 'failed', runMs: 5 },
      { at: T0, type: 'stalled' },
      { at: T0, type: 'arrived', count: 7 },
    ]);
    expect(figures.lastMinute(T0 + 1000)).toMatchObject({
      failed: 1,
      failedAttempts: 2,
      stalled: 1,
      arrived: 7,
      completed: 0,
    });
  });

  test('says so while it has not watched for a minute, and after a gap', () => {
    const figures = new QueueFigures(T0);
    expect(figures.lastMinute(T0 + 20_000)).toMatchObject({ quality: 'partial', reason: 'Watching for 20 s only.' });
    expect(figures.lastMinute(T0 + 61_000).quality).toBe('exact');
    figures.markGap(T0 + 70_000, T0 + 80_000, 'lost');
    expect(figures.lastMinute(T0 + 100_000)).toMatchObject({ quality: 'partial', reason: 'lost' });
    expect(figures.lastMinute(T0 + 141_000).quality).toBe('exact');
  });

  test('forgets durations that are over', () => {
    const figures = new QueueFigures(0);
    figures.take([{ at: T0, type: 'completed', runMs: 900 }]);
    expect(figures.lastMinute(T0 + 30_000).runMs.p50).toBeCloseTo(900, -2);
    expect(figures.lastMinute(T0 + 100_000).runMs.p50).toBeNull();
  });
});

describe('minutes to write', () => {
  test('an idle queue is written once an hour, an empty one never', () => {
    const idle = new QueueFigures(0);
    const empty = new QueueFigures(0);
    const written = { idle: 0, empty: 0 };
    for (let minute = 0; minute < 120; minute += 1) {
      const at = T0 + minute * MINUTE;
      idle.observe(aReading(at, 5), 5);
      empty.observe(aReading(at, 0), 0);
      written.idle += stored(idle, at).length;
      written.empty += stored(empty, at).length;
    }
    expect(written).toEqual({ idle: 2, empty: 0 });
  });

  test('a change while the minute is being stored is not lost', () => {
    const figures = new QueueFigures(0);
    figures.take([{ at: T0, type: 'completed', runMs: 1 }]);
    const minutes = figures.unwritten();
    figures.take([{ at: T0 + 10, type: 'completed', runMs: 1 }]);
    figures.settle(minutes, T0 + 20);
    expect(figures.unwritten().map(({ record }) => record.counters[2])).toEqual([2]);
  });

  test('goes on from the minute that was stored before a restart', () => {
    const before = new QueueFigures(0);
    before.take([{ at: T0, type: 'completed', runMs: 100 }]);
    const [minute] = before.unwritten();
    const after = new QueueFigures(0);
    if (minute) after.loadMinute(minute.at, minute.record);
    after.take([{ at: T0 + 5_000, type: 'completed', runMs: 100 }]);
    const [record] = after.unwritten();
    expect(record?.record.counters[2]).toBe(2);
    expect(record?.record.run.bins.reduce((sum, [, count]) => sum + count, 0)).toBe(2);
  });

  test('a gap marks every minute that it touches', () => {
    const figures = new QueueFigures(0);
    figures.markGap(T0 + 30_000, T0 + 90_000, 'lost');
    expect(figures.unwritten().map(({ at, record }) => [at - T0, record.quality])).toEqual([
      [0, 'partial'],
      [MINUTE, 'partial'],
    ]);
  });
});

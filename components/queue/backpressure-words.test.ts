import { expect, test } from 'vitest';
import type { Forecast } from '@/lib/domain/forecast';
import { formatRate, pressureSentence, workersSentence } from './backpressure-words';

const forecast: Forecast = {
  arrivalPerS: 20,
  servicePerS: 10,
  capacityPerS: 10,
  utilisation: 1,
  trendPerS: 10,
  meanRunMs: 200,
  slots: 2,
  slotsPerWorker: 1,
  workersNeeded: 4,
  drain: null,
  noDrainReason: 'More arrives than is finished.',
};

test('who falls behind is told what would keep up', () => {
  expect(pressureSentence(forecast, 100)).toBe('More arrives than is finished. 4 workers keep up with what arrives.');
  expect(pressureSentence({ ...forecast, drain: { ms: 60_000, low: 50_000, high: null } }, 100)).toBe(
    'Empty in about 1 m at this pace (50 s or never).',
  );
  expect(pressureSentence(forecast, 0)).toBe('Nothing waits: it keeps up.');
});

test('workers for a goal count what waits and what still arrives', () => {
  // 20/s arrive and 600 wait for a minute: 30/s at 5/s a worker.
  expect(workersSentence(forecast, 600, 2, 1)).toBe('6: 4 more than the 2 there are.');
  expect(workersSentence(forecast, 600, 9, 10)).toBe('5: there are 9, which will do.');
  expect(workersSentence({ ...forecast, slotsPerWorker: null }, 600, 2, 1)).toMatch(/never seen/);
});

test('slow rates are told by the minute, unknown ones not at all', () => {
  expect([12.345, 0.02, -3, 0, null].map(formatRate)).toEqual(['12.3/s', '1.2/min', '−3/s', '0/s', '–']);
});

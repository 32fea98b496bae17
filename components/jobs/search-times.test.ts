import { expect, test } from 'vitest';
import { timesWithoutZone } from './search-times';

const NOW = Date.UTC(2026, 10, 24, 15, 30);

test.each<[string, number[]]>([
  ['finished>=22:00', [Date.UTC(2026, 10, 24, 22)]],
  ['error:x finished:2026-11-20', [Date.UTC(2026, 10, 20), Date.UTC(2026, 10, 21)]],
  ['finished>=yesterday', [Date.UTC(2026, 10, 23)]],
  ['finished>=22:00+01:00', []],
  ['finished>=2026-11-20T10:00Z', []],
  ['finished:2h', []],
  ['age<2h 10:30', []],
  ['finished>nonsense', []],
])('%s', (text, moments) => expect(timesWithoutZone(text, NOW)).toEqual(moments));

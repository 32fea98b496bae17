import { expect, test } from 'vitest';
import type { Mark } from '@/lib/domain/mark';
import { countKinds, groupMarks } from './mark-groups';

const aMark = (at: number, kind: Mark['kind'] = 'deploy', until: number | null = null): Mark => ({
  ...{ id: `${kind}${at}`, at, until, kind, text: 'v2', source: null },
  ...{ queue: null, queueKey: null, pattern: null, link: null, by: null },
});
const RANGE = { from: 1000, to: 2000 };

test('marks that would overlap stand together, others apart', () =>
  expect(groupMarks([aMark(1100), aMark(1105), aMark(1900)], RANGE, [], 10).map(({ marks }) => marks.length)).toEqual([
    2, 1,
  ]));
test('a group is drawn as the kind that explains most', () =>
  expect(groupMarks([aMark(1100, 'workers-left'), aMark(1101, 'deploy')], RANGE, [])[0]?.kind).toBe('deploy'));
test('hidden kinds and other times are left out', () =>
  expect(groupMarks([aMark(1100, 'pause'), aMark(500), aMark(2000)], RANGE, ['pause'])).toEqual([]));
test('what lasts into the range stands at its edge', () =>
  expect(groupMarks([aMark(500, 'collector-gap', 1500)], RANGE, []).map(({ share }) => share)).toEqual([0]));
test('kinds are counted', () =>
  expect(countKinds([aMark(1), aMark(2), aMark(3, 'pause')])).toEqual([
    { kind: 'deploy', count: 2 },
    { kind: 'pause', count: 1 },
  ]));

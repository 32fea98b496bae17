import { expect, test } from 'vitest';
import { aQueue } from '../testing/a-queue';
import { DEFAULT_SORT, parseSort, sortQueues, sortToText } from './sort-queues';

const queues = [
  aQueue({ name: 'a', backlog: 5 }),
  aQueue({ name: 'b', backlog: null }),
  aQueue({ name: 'c', backlog: 9 }),
  aQueue({ name: 'd', backlog: 5 }),
];
const names = (text: string) =>
  sortQueues(queues, parseSort(text))
    .map((queue) => queue.id.name)
    .join('');

test.each([
  { sort: '-backlog', expected: 'cadb', because: 'largest first, equal ones as they were, unknown last' },
  { sort: 'backlog', expected: 'adcb', because: 'smallest first, unknown still last' },
  { sort: '-name', expected: 'dcba', because: 'names backwards' },
  { sort: '<script>', expected: 'abcd', because: 'an unknown column is the default' },
])('$because', ({ sort, expected }) => expect(names(sort)).toBe(expected));

test('a sort survives the address', () => {
  expect(parseSort(sortToText({ key: 'oldest', isDescending: true }))).toEqual({ key: 'oldest', isDescending: true });
  expect(parseSort('')).toEqual(DEFAULT_SORT);
});

test('status sorts by the worst verdict', () => {
  const verdict = { code: 'burst' as const, since: 0, sentence: '', evidence: [], actions: [], under: [] };
  const mixed = [
    aQueue({ name: 'calm' }),
    aQueue({
      name: 'bad',
      verdicts: [
        { ...verdict, severity: 'info' },
        { ...verdict, severity: 'critical' },
      ],
    }),
  ];
  expect(sortQueues(mixed, parseSort('-status'))[0]?.id.name).toBe('bad');
});

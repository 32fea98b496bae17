import { expect, test } from 'vitest';
import { fromJobSegment, toJobSegment } from './job-segment';

const IDS = [
  '1',
  'order-17_a.b',
  'repeat:nightly:1700000000000',
  '..',
  '.',
  'a/b',
  'actions',
  '%2F',
  '%',
  '~MQ',
  '~',
  '?x=1#y',
  ' ',
  'ключ 🙈',
  '\u202egnp.exe',
  '\ufeffbom',
  '<img src=x>',
  'x'.repeat(900),
];

test.each(IDS)('the id %j comes back from an address', (id) => {
  const url = new URL(`http://host/queues/k/jobs/${toJobSegment(id)}/edits`);
  const segments = url.pathname.split('/');
  expect(segments).toHaveLength(6);
  expect(fromJobSegment(decodeURIComponent(segments[4] as string))).toBe(id);
});

test('an id in clear is itself, also one that only looks encoded', () => {
  expect(fromJobSegment('a/b')).toBe('a/b');
  expect(fromJobSegment('~not base64')).toBe('~not base64');
  // `MQ` is "1", which is never written that way.
  expect(fromJobSegment('~MQ')).toBe('~MQ');
});

test('an id that is a small word cannot be taken for an endpoint', () => expect(toJobSegment('search')).toMatch(/^~/));

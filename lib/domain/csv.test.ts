import { expect, test } from 'vitest';
import { csvCell, csvLine } from './csv';

test.each([
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['=cmd|calc', "'=cmd|calc"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@x', "'@x"],
  ['\tx', "'\tx"],
  ['=1,2', '"\'=1,2"'],
  [-1, '-1'],
  [null, ''],
])('%j becomes %j', (value, cell) => expect(csvCell(value)).toBe(cell));

test('a line ends as RFC 4180 wants it', () => expect(csvLine(['a', 1, null])).toBe('a,1,\r\n'));

import { expect, test } from 'vitest';
import { readHeaders } from './read-headers';

test('lines become headers with their types', () => {
  expect(
    readHeaders('x-tenant: acme\n\nx-attempt: 2\n dry : true\nid: "7"\nurl: http://a:1/b\nversion: 1.2.3'),
  ).toEqual({
    value: { 'x-tenant': 'acme', 'x-attempt': 2, dry: true, id: '7', url: 'http://a:1/b', version: '1.2.3' },
    error: null,
  });
});

test('a line without a colon is named', () => {
  expect(readHeaders('a: 1\nnothing').error).toContain('Line 2');
});

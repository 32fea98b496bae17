import { expect, test } from 'vitest';
import { compilePattern } from './pattern';

const id = (name: string, namespace = 'bull', source = 'main') => ({ source, namespace, name });

test.each([
  ['*', id('anything'), true],
  ['reports', id('reports'), true],
  ['reports', id('reports-eu'), false],
  ['report*', id('reports-eu'), true],
  ['*-eu', id('reports-eu'), true],
  ['*-eu', id('reports-eu-2'), false],
  ['r*t*-eu', id('reports-eu'), true],
  ['a*a', id('a'), false],
  ['a*b*b', id('ab'), false],
  ['**', id(''), true],
  ['a**b', id('ab'), true],
  ['a.c', id('abc'), false],
  ['(a+)+$', id('(a+)+$'), true],
  ['main/*/reports', id('reports'), true],
  ['main/bull/*', id('a/b/c'), true],
  ['staging/*', id('reports'), false],
  ['*/reports', id('reports'), true],
  ['main//x', id('x', ''), true],
])('%j on %o is %j', (pattern, queue, expected) => expect(compilePattern(pattern)(queue)).toBe(expected));

test('no pattern and no name make it slow', () => {
  const matches = compilePattern(`${'*a'.repeat(500)}*b`);
  const name = 'a'.repeat(20_000);
  const start = performance.now();
  expect(matches(id(name))).toBe(false);
  expect(matches(id(`${name}b`))).toBe(true);
  expect(performance.now() - start).toBeLessThan(100);
});

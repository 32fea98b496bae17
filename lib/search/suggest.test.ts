import { expect, test } from 'vitest';
import { parseJobQuery } from './parse-query';
import { suggest } from './suggest';

const job = (data: unknown, more: { name?: string; error?: string; result?: unknown } = {}) => ({
  name: more.name ?? 'charge',
  error: more.error ?? null,
  data: typeof data === 'string' ? data : JSON.stringify(data),
  result: more.result === undefined ? null : JSON.stringify(more.result),
});

test('names, starts of errors and paths, the most frequent first', () => {
  const seen = suggest([
    job({ customer: { id: 1, tier: 'gold' }, items: [{ sku: 'a' }, { sku: 'b' }] }, { error: 'card 4711 declined' }),
    job({ customer: { id: 2, tier: 'gold' } }, { error: 'connect ECONNREFUSED 10.0.0.1:80', name: 'refund' }),
    job({ customer: { id: 3, tier: 'iron' } }, { error: 'connect ECONNREFUSED 10.0.0.2:80' }),
    job('{broken', { result: { ok: true } }),
  ]);
  expect(seen.sampled).toBe(4);
  expect(seen.names).toEqual(['charge', 'refund']);
  expect(seen.errors).toEqual(['connect ECONNREFUSED']);
  expect(seen.paths.map(({ path }) => path)).toEqual([
    'data.customer.id',
    'data.customer.tier',
    'data.items.sku',
    'result.ok',
  ]);
  expect(seen.paths[1]?.values).toEqual(['gold', 'iron']);
});

test('keys are written so that a search reads them', () => {
  const [first] = suggest([job({ 'a key.b "c"': 1 })]).paths;
  expect(parseJobQuery(`${first?.path}=1`, 0).query?.terms[0]?.path).toEqual(['a key.b "c"']);
});

test('deep, wide and long payloads are bounded', () => {
  const wide = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`k${n}`, 'x'.repeat(500)]));
  const seen = suggest(
    Array.from({ length: 20 }, () => job(wide)).concat(job(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`)),
  );
  expect(seen.paths.length).toBeLessThanOrEqual(200);
  expect(seen.paths[0]?.values).toEqual([]);
});

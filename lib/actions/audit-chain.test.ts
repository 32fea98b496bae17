import { expect, test } from 'vitest';
import { CHAIN_START, ChainCheck, hashOf, type ChainedEntry } from './audit-chain';

const TEXTS = ['a', 'b', 'c', 'd', 'e'];

function chain(texts = TEXTS): ChainedEntry[] {
  const entries: ChainedEntry[] = [];
  for (const text of texts) {
    const prev = entries.at(-1)?.hash ?? CHAIN_START;
    const seq = entries.length + 1;
    entries.push({ id: `${seq}-0`, seq, prev, hash: hashOf(seq, prev, text), text });
  }
  return entries;
}

function check(entries: readonly (ChainedEntry | null)[], head = chain().at(-1) ?? null) {
  const checking = new ChainCheck();
  entries.forEach((entry, index) => checking.take(entry?.id ?? `x${index}`, entry));
  return checking.end(head);
}

const changed = (at: number, change: (entry: ChainedEntry) => ChainedEntry | null) =>
  chain().map((entry, index) => (index === at ? change(entry) : entry));
/** As somebody would who knows how hashes are made. */
const forged = (entry: ChainedEntry, text: string) => ({ ...entry, text, hash: hashOf(entry.seq, entry.prev, text) });

test('an untouched chain has no fault', () =>
  expect(check(chain())).toMatchObject({ checked: 5, from: 1, faultCount: 0 }));

test('a chain whose oldest entries are trimmed has no fault and says where it begins', () =>
  expect(check(chain().slice(2))).toMatchObject({ checked: 3, from: 3, faultCount: 0 }));

test.each([
  ['an entry that was changed', changed(2, (entry) => ({ ...entry, text: 'C' })), /3 was changed/],
  ['one that was changed together with its hash', changed(2, (entry) => forged(entry, 'C')), /4 does not belong after/],
  ['one that was taken away', chain().filter((_, index) => index !== 2), /4 follows entry 2/],
  ['one that somebody else wrote', changed(2, () => null), /not an entry/],
  ['two that changed places', [0, 1, 3, 2, 4].map((index) => chain()[index] ?? null), /follows/],
  ['the newest one taken away', chain().slice(0, -1), /names entry 5 as the newest/],
  ['a chain begun anew', [...chain().slice(0, 3), ...chain(['x'])], /begins anew after entry 3/],
])('is found: %s', (_, entries, what) => {
  const { faultCount, faults } = check(entries);
  expect(faultCount).toBeGreaterThan(0);
  expect(faults.map((fault) => fault.what).join('; ')).toMatch(what);
});

test('an empty log with a head had entries', () => expect(check([]).faultCount).toBe(1));
test('an empty log without a head has none', () => expect(check([], null).faultCount).toBe(0));
test('faults are counted, and the first ones told', () => {
  const { faultCount, faults } = check(
    Array.from({ length: 500 }, () => null),
    null,
  );
  expect([faultCount, faults.length]).toEqual([500, 20]);
});

import { expect, test } from 'vitest';
import { EVERYTHING, headState, isChosen, isNothing, NOTHING, toggle, toggleAll } from './selection';

const order = ['a', 'b', 'c', 'd', 'e'];
const ids = (selection: { ids: ReadonlySet<string> }) => [...selection.ids].sort().join('');

test('a Shift-click takes all from the anchor, upwards too', () => {
  const anchored = toggle(NOTHING, 'd', order, false);
  expect(ids(toggle(anchored, 'b', order, true))).toBe('bcd');
});

test('a Shift-click after taking a row out takes the range out', () => {
  const all = toggleAll(NOTHING, order);
  const without = toggle(all, 'b', order, false);
  expect(ids(toggle(without, 'd', order, true))).toBe('ae');
});

test('a Shift-click without an anchor on the page is a click', () => {
  expect(ids(toggle({ ids: new Set(), anchor: 'gone', isAll: false }, 'c', order, true))).toBe('c');
});

test('the head chooses all, then none', () => {
  const all = toggleAll(NOTHING, order);
  expect(headState(all, order)).toBe(true);
  expect(headState(toggle(all, 'a', order, false), order)).toBe('indeterminate');
  expect(toggleAll(all, order)).toEqual(NOTHING);
});

test('everything holds what is on no page; a row taken out leaves only what is seen', () => {
  expect(isChosen(EVERYTHING, 'on no page')).toBe(true);
  expect(isNothing(EVERYTHING)).toBe(false);
  expect(headState(EVERYTHING, order)).toBe(true);
  const rest = toggle(EVERYTHING, 'c', order, false);
  expect(ids(rest)).toBe('abde');
  expect(isChosen(rest, 'on no page')).toBe(false);
  expect(toggleAll(EVERYTHING, order)).toEqual(NOTHING);
});

/**
 * Chosen jobs: those of `ids`, or with `isAll` all that the list stands for, also those on no page yet. `anchor` is the row
 * that a Shift-click extends from.
 */
export type Selection = { ids: ReadonlySet<string>; anchor: string | null; isAll: boolean };

export const NOTHING: Selection = { ids: new Set(), anchor: null, isAll: false };
export const EVERYTHING: Selection = { ids: new Set(), anchor: null, isAll: true };

/**
 * After a click on the box of `id`. With `isRange`, all rows from the anchor to it take the state that the anchor has. One
 * row taken out of everything leaves the others of the page chosen: nothing that is not seen stays chosen by a slip.
 * @param order ids of the page, top to bottom
 */
export function toggle(
  { ids, anchor, isAll }: Selection,
  id: string,
  order: readonly string[],
  isRange: boolean,
): Selection {
  if (isAll) return { ids: new Set(order.filter((each) => each !== id)), anchor: id, isAll: false };
  const next = new Set(ids);
  const from = anchor === null ? -1 : order.indexOf(anchor);
  const to = order.indexOf(id);
  if (isRange && from >= 0 && to >= 0 && anchor !== null) {
    const isOn = ids.has(anchor);
    for (const each of order.slice(Math.min(from, to), Math.max(from, to) + 1)) {
      if (isOn) next.add(each);
      else next.delete(each);
    }
    return { ids: next, anchor, isAll: false };
  }
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id, isAll: false };
}

/** All rows of the page, or none when all were chosen. */
export function toggleAll({ ids, isAll }: Selection, order: readonly string[]): Selection {
  return isAll || (order.length > 0 && order.every((id) => ids.has(id)))
    ? NOTHING
    : { ids: new Set([...ids, ...order]), anchor: null, isAll: false };
}

export function isChosen({ ids, isAll }: Selection, id: string): boolean {
  return isAll || ids.has(id);
}

export function isNothing({ ids, isAll }: Selection): boolean {
  return !isAll && ids.size === 0;
}

/** State of the box in the table's head. */
export function headState(selection: Selection, order: readonly string[]): boolean | 'indeterminate' {
  const count = order.filter((id) => isChosen(selection, id)).length;
  if (count === 0) return false;
  return count === order.length ? true : 'indeterminate';
}

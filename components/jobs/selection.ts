/** Chosen jobs of a page. `anchor` is the row that a Shift-click extends from. */
export type Selection = { ids: ReadonlySet<string>; anchor: string | null };

export const NOTHING: Selection = { ids: new Set(), anchor: null };

/**
 * After a click on the box of `id`. With `isRange`, all rows from the anchor to it take the state that the anchor has.
 * @param order ids of the page, top to bottom
 */
export function toggle({ ids, anchor }: Selection, id: string, order: readonly string[], isRange: boolean): Selection {
  const next = new Set(ids);
  const from = anchor === null ? -1 : order.indexOf(anchor);
  const to = order.indexOf(id);
  if (isRange && from >= 0 && to >= 0 && anchor !== null) {
    const isOn = ids.has(anchor);
    for (const each of order.slice(Math.min(from, to), Math.max(from, to) + 1)) {
      if (isOn) next.add(each);
      else next.delete(each);
    }
    return { ids: next, anchor };
  }
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id };
}

/** All rows of the page, or none when all were chosen. */
export function toggleAll({ ids }: Selection, order: readonly string[]): Selection {
  return order.length > 0 && order.every((id) => ids.has(id))
    ? NOTHING
    : { ids: new Set([...ids, ...order]), anchor: null };
}

/** State of the box in the table's head. */
export function headState({ ids }: Selection, order: readonly string[]): boolean | 'indeterminate' {
  const count = order.filter((id) => ids.has(id)).length;
  if (count === 0) return false;
  return count === order.length ? true : 'indeterminate';
}

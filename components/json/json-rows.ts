/** A value inside a parsed JSON document; `parent` leads back to the root, so that no depth costs a path per value. */
export type JsonNode = { parent: JsonNode | null; key: string | number | null; value: unknown; depth: number };

/** A line of the tree. `size`: how many values it holds, `null` for a plain value. */
export type JsonRow = JsonNode & { size: number | null; isOpen: boolean };

/** More lines than this are not made; what is closed can be searched and opened. */
export const MAX_ROWS = 200_000;

export function isContainer(value: unknown): value is object {
  return value !== null && typeof value === 'object';
}

export function sizeOf(value: unknown): number | null {
  if (!isContainer(value)) return null;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

/** Values of a container as nodes, last first: they are put on a stack. */
function childrenReversed(node: JsonNode): JsonNode[] {
  const { value, depth } = node;
  const children: JsonNode[] = [];
  if (Array.isArray(value))
    for (let key = value.length - 1; key >= 0; key -= 1)
      children.push({ parent: node, key, value: value[key] as unknown, depth: depth + 1 });
  else if (isContainer(value)) {
    const keys = Object.keys(value);
    for (let at = keys.length - 1; at >= 0; at -= 1) {
      const key = keys[at] as string;
      children.push({ parent: node, key, value: (value as Record<string, unknown>)[key], depth: depth + 1 });
    }
  }
  return children;
}

/** The lines that show when the containers in `open` are open. Goes by a stack of its own: any depth will do. */
export function rowsOf(root: unknown, open: ReadonlySet<object>, limit = MAX_ROWS): JsonRow[] {
  const rows: JsonRow[] = [];
  const stack: JsonNode[] = [{ parent: null, key: null, value: root, depth: 0 }];
  for (let node = stack.pop(); node !== undefined && rows.length < limit; node = stack.pop()) {
    const isOpen = isContainer(node.value) && open.has(node.value);
    const row: JsonRow = Object.assign(node, { size: sizeOf(node.value), isOpen });
    rows.push(row);
    if (isOpen) for (const child of childrenReversed(node)) stack.push(child);
  }
  return rows;
}

/** Containers to open, outer ones first, until about `budget` lines show. */
export function openUpTo(root: unknown, budget: number): Set<object> {
  const open = new Set<object>();
  if (!isContainer(root)) return open;
  let lines = 1;
  let level: object[] = [root];
  while (level.length > 0) {
    const next: object[] = [];
    for (const container of level) {
      const size = sizeOf(container) ?? 0;
      // The outermost one is always open: its lines are only made when they come into view.
      if (lines + size > budget && container !== root) continue;
      lines += size;
      open.add(container);
      if (size <= budget) for (const value of Object.values(container)) if (isContainer(value)) next.push(value);
    }
    level = next;
  }
  return open;
}

/** Containers around a node, which have to be open for it to show. */
export function ancestorsOf(node: JsonNode): object[] {
  const found: object[] = [];
  for (let at = node.parent; at !== null; at = at.parent) if (isContainer(at.value)) found.push(at.value);
  return found;
}

/** Where a node is, as JavaScript would say it: `data.items[3]["odd key"]`. */
export function pathOf(node: JsonNode, root: string): string {
  const parts: string[] = [];
  for (let at: JsonNode | null = node; at !== null && at.key !== null; at = at.parent)
    parts.push(
      typeof at.key === 'number'
        ? `[${at.key}]`
        : /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(at.key)
          ? `.${at.key}`
          : `[${JSON.stringify(at.key)}]`,
    );
  return root + parts.reverse().join('');
}

export type Found = { hits: JsonNode[]; isCut: boolean };

/** Values and keys that hold a text (any case), in the document's order, up to `maxHits` in the first `maxNodes`. */
export function findInJson(root: unknown, text: string, maxHits = 1_000, maxNodes = 400_000): Found {
  const wanted = text.toLowerCase();
  const hits: JsonNode[] = [];
  if (wanted === '') return { hits, isCut: false };
  const stack: JsonNode[] = [{ parent: null, key: null, value: root, depth: 0 }];
  let seen = 0;
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen === maxNodes || hits.length === maxHits) return { hits, isCut: true };
    seen += 1;
    const { key, value } = node;
    const isHit =
      (typeof key === 'string' && key.toLowerCase().includes(wanted)) ||
      (!isContainer(value) && String(value).toLowerCase().includes(wanted));
    if (isHit) hits.push(node);
    for (const child of childrenReversed(node)) stack.push(child);
  }
  return { hits, isCut: false };
}

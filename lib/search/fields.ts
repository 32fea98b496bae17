import type { SearchField } from '../domain/search';

/** What values a field takes. `json` fields may be followed by a path, whose values may be numbers. */
export type FieldKind = 'text' | 'json' | 'number' | 'duration' | 'time' | 'group';

export const FIELD_KINDS: Record<SearchField, FieldKind> = {
  text: 'text',
  id: 'text',
  name: 'text',
  error: 'text',
  stack: 'text',
  data: 'json',
  result: 'json',
  attempts: 'number',
  priority: 'number',
  progress: 'number',
  age: 'duration',
  run: 'duration',
  wait: 'duration',
  finished: 'time',
  group: 'group',
};

const NAMES = new Set<string>(Object.keys(FIELD_KINDS));

export function isSearchField(name: string): name is SearchField {
  return NAMES.has(name);
}

/** The field that was probably meant by a word one or two slips away from it; `null` when none is near. */
export function nearestField(word: string): SearchField | null {
  if (word.length < 3 || word.length > 12) return null;
  const limit = word.length < 5 ? 1 : 2;
  let best: { name: SearchField; distance: number } | null = null;
  for (const name of Object.keys(FIELD_KINDS) as SearchField[]) {
    const distance = editDistance(word, name);
    if (distance <= limit && distance < (best?.distance ?? Infinity)) best = { name, distance };
  }
  return best?.name ?? null;
}

function editDistance(one: string, two: string): number {
  let row = Array.from({ length: two.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= two.length; j += 1)
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (one[i - 1] === two[j - 1] ? 0 : 1),
      );
    row = next;
  }
  return row[two.length] ?? 0;
}

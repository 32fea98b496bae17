import type { JobState } from '../../domain/queue';
import type { JobQuery, SearchField, SearchTerm } from '../../domain/search';
import { JSON_TEXTS, textsOf, type HashNumber, type HashText } from '../../search/match-job';
import { formsOf } from '../../search/needles';
import { asSent, needlesOf, type Needle } from './scan-needle';

/** One condition as the script checks it. What it finds and is not `exact` is looked at again. */
export type Condition = { negated: boolean; exact: boolean } & (
  | { kind: 'contains'; fields: HashText[]; withId: boolean; needles: Needle[] }
  | { kind: 'equals'; field: HashText | null; values: string[] }
  | { kind: 'number'; what: SearchField; comparison: SearchTerm['comparison']; value: number }
  /** Only a closer look can tell. */
  | { kind: 'unsure' }
);

/** What a script needs to tell jobs that cannot match from those that may. `numbers`: hash fields to read for it. */
export type ScanProgram = { conditions: Condition[]; numbers: HashNumber[] };

const NUMBERS: Partial<Record<SearchField, readonly HashNumber[]>> = {
  attempts: ['attemptsMade', 'atm'],
  priority: ['priority'],
  age: ['timestamp'],
  run: ['processedOn', 'finishedOn'],
  wait: ['timestamp', 'processedOn'],
  finished: ['finishedOn'],
};

/** Fields in the order of what reading them costs, so that cheap conditions spare the dear ones. */
const COST: Record<SearchField, number> = {
  ...{ id: 0, attempts: 1, priority: 1, age: 1, run: 1, wait: 1, finished: 1, name: 2, progress: 2, error: 3 },
  ...{ result: 5, data: 6, text: 7, stack: 8, group: 9 },
};

/** Translates a query for the script: nothing that matches may be left out, what may not match is looked at again. */
export function toProgram({ terms }: JobQuery, state: JobState): ScanProgram {
  const ordered = [...terms].sort((one, two) => COST[one.field] - COST[two.field]);
  return { conditions: ordered.map((term) => toCondition(term, state)), numbers: numbersOf({ terms }) };
}

export function numbersOf({ terms }: JobQuery): HashNumber[] {
  return [...new Set(terms.flatMap(({ field }) => NUMBERS[field] ?? []))];
}

function toCondition(term: SearchTerm, state: JobState): Condition {
  const { field, path, comparison, value, isNegated: negated } = term;
  const fields = textsOf(field, state);
  if (field === 'group') return { kind: 'unsure', negated, exact: false };
  if (NUMBERS[field] !== undefined)
    return { kind: 'number', what: field, comparison, value: Number(value), negated, exact: true };
  if (field === 'progress' && typeof value === 'number') return { kind: 'unsure', negated, exact: false };
  if (path !== undefined) return toPathCondition(path, term, fields);
  if (comparison === 'equals') {
    const [only = null] = fields;
    const isJson = only !== null && JSON_TEXTS.has(only);
    const text = asSent(String(value));
    const values = isJson ? [text, JSON.stringify(text)] : [text];
    return { kind: 'equals', field: only, values, negated, exact: true };
  }
  const forms = formsOf(
    String(value),
    fields.some((one) => JSON_TEXTS.has(one)),
  );
  const { needles, isExact } = merge(forms);
  return {
    kind: 'contains',
    fields: [...fields],
    withId: field === 'id' || field === 'text',
    needles,
    negated,
    // With several forms a field that is no JSON may hold one of them by chance.
    exact: isExact && forms.length === 1,
  };
}

/** The value stands somewhere in the field, or, where numbers are compared, the last key of its path does. */
function toPathCondition(
  path: readonly string[],
  { value, isNegated }: SearchTerm,
  fields: readonly HashText[],
): Condition {
  const base = { kind: 'contains' as const, fields: [...fields], withId: false, negated: isNegated, exact: false };
  if (typeof value === 'string' && value !== '') return { ...base, needles: merge(formsOf(value, true)).needles };
  const key = path.findLast((segment) => !/^\d+$/.test(segment));
  if (key === undefined) return { kind: 'unsure', negated: isNegated, exact: false };
  return { ...base, needles: formsOf(key, true).flatMap((form) => needlesOf(`"${form}"`, false).needles) };
}

function merge(forms: readonly string[]): { needles: Needle[]; isExact: boolean } {
  const all = forms.map((form) => needlesOf(form, true));
  return { needles: all.flatMap(({ needles }) => needles), isExact: all.every(({ isExact }) => isExact) };
}

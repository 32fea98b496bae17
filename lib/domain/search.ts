import { z } from 'zod';

/** What a term of a search looks at. `text`: any of id, name, error, data and result. */
export const SEARCH_FIELDS = [
  'text',
  'id',
  'name',
  'error',
  'stack',
  'data',
  'result',
  'attempts',
  'priority',
  'age',
  'run',
  'wait',
  'finished',
  'progress',
  'group',
] as const;
export type SearchField = (typeof SEARCH_FIELDS)[number];

/**
 * One condition. Durations (`age`, `run`, `wait`) in ms, times (`finished`) in ms since the epoch. `path` goes into
 * the JSON of `data` or `result`; `group` is a failure group's fingerprint.
 */
export type SearchTerm = {
  field: SearchField;
  path?: readonly string[];
  comparison: 'contains' | 'equals' | '>' | '>=' | '<' | '<=';
  value: string | number;
  isNegated: boolean;
};

/** All terms must hold; none stands for every job. */
export type JobQuery = { terms: readonly SearchTerm[] };

/** The query as a person types it; bounded, since it is kept in addresses. */
export const queryTextSchema = z.string().max(2_000);

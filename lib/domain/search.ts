import { z } from 'zod';
import { jobRowSchema, jobStateSchema } from './job';
import { queueIdSchema } from './queue';

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

/**
 * Part of a search's answer. `scanned`: jobs looked at for this part; `of`: jobs in the state now. `unsearched`: jobs of
 * this part that may match, but a field that decides is over 1 MB and was not read. Empty with a `nextCursor`: nothing
 * was found yet, there is more to look at; `null`: all was looked at.
 */
export const searchPageSchema = z.object({
  jobs: z.array(jobRowSchema),
  scanned: z.number(),
  of: z.number(),
  unsearched: z.number(),
  nextCursor: z.string().nullable(),
});
export type SearchPage = z.infer<typeof searchPageSchema>;

/** A line of a streamed search: a part, or why there are no more. */
export const searchLineSchema = z.union([
  searchPageSchema,
  z.object({ problem: z.object({ code: z.string(), detail: z.string() }) }),
]);
export type SearchLine = z.infer<typeof searchLineSchema>;

/** What one may search for, as seen in a sample of a state's jobs. Each list has the most frequent first. */
export const searchSuggestionsSchema = z.object({
  /** Jobs looked at. */
  sampled: z.number(),
  names: z.array(z.string()),
  /** How errors begin, up to what changes from job to job. */
  errors: z.array(z.string()),
  /** Paths into data and result as they are typed, `data.customer.id`, each with some values. */
  paths: z.array(z.object({ path: z.string(), values: z.array(z.string()) })),
});
export type SearchSuggestions = z.infer<typeof searchSuggestionsSchema>;

/** Where a job id was found. `asked`: queues looked into; `unanswered`: sources that did not answer. */
export const jobPlacesSchema = z.object({
  id: z.string(),
  found: z.array(
    z.object({ queue: queueIdSchema, queueKey: z.string(), state: jobStateSchema, name: z.string().nullable() }),
  ),
  /** More queues have a job of this id than are listed. */
  isCut: z.boolean(),
  asked: z.number(),
  unanswered: z.array(z.string()),
});
export type JobPlaces = z.infer<typeof jobPlacesSchema>;

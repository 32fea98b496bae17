import { AppError } from '../domain/errors';
import type { JobQuery } from '../domain/search';
import { parseJobQuery } from '../search/parse-query';

/**
 * The query of an operation; times like `age<2h` count from `at` (ms), so that they mean the same in its last step.
 * @throws AppError `bad-request` when it is not a query
 */
export function readQuery(text: string, at: number): JobQuery {
  const { query, problems } = parseJobQuery(text, at);
  if (query) return query;
  throw new AppError('bad-request', `The search cannot be read: ${problems.map(({ message }) => message).join(' ')}`, {
    invalidParams: problems.map(({ message }) => ({ path: 'target.query', message })),
  });
}

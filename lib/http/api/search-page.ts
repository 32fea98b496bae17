import { AppError } from '../../domain/errors';
import type { JobRow } from '../../domain/job';
import type { JobQuery, SearchPage } from '../../domain/search';
import { parseJobQuery } from '../../search/parse-query';
import type { ScanPage } from '../../sources/job-scan';

/** @throws AppError `bad-request` that says what is wrong with the query, and where */
export function readQuery(text: string): JobQuery {
  const { query, problems } = parseJobQuery(text, Date.now());
  if (query) return query;
  throw new AppError(
    'bad-request',
    problems.map(({ position, message }) => `At character ${position + 1}: ${message}`).join(' '),
    { invalidParams: problems.map(({ position, message }) => ({ path: 'q', message: `${position + 1}: ${message}` })) },
  );
}

export function toSearchPage({ hits, ...page }: ScanPage<JobRow>): SearchPage {
  return { jobs: hits, ...page };
}

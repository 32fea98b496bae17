import { AppError } from '../domain/errors';
import type { JobQuery, SearchField } from '../domain/search';
import { rulesOf, touches, type RedactRules } from './redact-paths';

/** Terms that look at nothing that a job carries. */
const HARMLESS: ReadonlySet<SearchField> = new Set([
  'id',
  'name',
  'attempts',
  'priority',
  'age',
  'run',
  'wait',
  'finished',
  'group',
]);

/**
 * A search answers questions about what it looks at: whoever does not see something must not ask for it either.
 * @throws AppError `forbidden`, naming the term
 */
export function assertMayAsk(rules: RedactRules, { terms }: JobQuery): void {
  if (rules.paths.length === 0) return;
  for (const { field, path } of terms) {
    if (HARMLESS.has(field)) continue;
    if ((field === 'data' || field === 'result') && path !== undefined && !touches(rulesOf(rules, field), path))
      continue;
    const term = field === 'text' ? 'free text' : path === undefined ? `${field}:` : `${field}.${path.join('.')}:`;
    throw new AppError(
      'forbidden',
      `Your role does not see all that jobs carry, so a search by ${term} is not possible. Search by id, name, group, times or attempts, or by a path into data or result that you see.`,
    );
  }
}

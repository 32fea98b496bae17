'use client';
import { debounce, parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { OUTCOMES } from '@/lib/domain/audit';

const PARSERS = {
  actor: parseAsString,
  action: parseAsString,
  target: parseAsString,
  outcome: parseAsStringLiteral(OUTCOMES),
  from: parseAsInteger,
  to: parseAsInteger,
};

/** What the audit screen is narrowed to, as its address has it. */
export function useAuditFilter() {
  return useQueryStates(PARSERS, { limitUrlUpdates: debounce(250) });
}

export type AuditFilterParams = ReturnType<typeof useAuditFilter>[0];

/** The terms that restrict something, as the API takes them. */
export function filterTerms(filter: AuditFilterParams): Record<string, string> {
  const terms: Record<string, string> = {};
  for (const [name, value] of Object.entries(filter)) {
    const text = value === null ? '' : String(value).trim();
    if (text !== '') terms[name] = text;
  }
  return terms;
}

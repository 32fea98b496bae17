import type { JobQuery, SearchTerm } from '../domain/search';
import { formatDurationTerm } from './durations';
import { FIELD_KINDS } from './fields';

const OPERATORS: Record<SearchTerm['comparison'], string> = {
  contains: ':',
  equals: '=',
  '>': '>',
  '>=': '>=',
  '<': '<',
  '<=': '<=',
};

/** The text of a query; `parseJobQuery` reads the same terms from it. */
export function formatJobQuery({ terms }: JobQuery): string {
  return terms.map(formatTerm).join(' ');
}

function formatTerm({ field, path = [], comparison, value, isNegated }: SearchTerm): string {
  const sign = isNegated ? '-' : '';
  if (field === 'text' && comparison === 'contains') return `${sign}${quoteWord(String(value), true)}`;
  const place = [field, ...path.map(quoteSegment)].join('.');
  return `${sign}${place}${OPERATORS[comparison]}${formatValue(FIELD_KINDS[field], value)}`;
}

function formatValue(kind: (typeof FIELD_KINDS)[keyof typeof FIELD_KINDS], value: string | number): string {
  if (kind === 'duration') return formatDurationTerm(Number(value));
  if (kind === 'time') return new Date(Number(value)).toISOString();
  return typeof value === 'number' ? String(value) : quoteWord(value, false);
}

/** A text in quotation marks where it needs them. @param isFree a word without a field must not look like one with a field */
export function quoteWord(text: string, isFree: boolean): string {
  const isPlain = isFree ? /^[^\s"\\:=<>-][^\s"\\:=<>]*$/ : /^[^\s"][^\s]*$/;
  return isPlain.test(text) && !(!isFree && /^[:=<>]/.test(text)) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** A part of a path, in quotation marks where it needs them. */
export function quoteSegment(segment: string): string {
  return /^[^\s".:=<>]+$/.test(segment) ? segment : `"${segment.replace(/["\\]/g, '\\$&')}"`;
}

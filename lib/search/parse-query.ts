import type { JobQuery, SearchField, SearchTerm } from '../domain/search';
import { parseDuration } from './durations';
import { FIELD_KINDS, isSearchField, nearestField } from './fields';
import { splitTerms, type QueryProblem, type RawTerm } from './split-terms';
import { parseTime } from './times';

export type ParsedQuery = { query: JobQuery; problems?: never } | { query?: never; problems: QueryProblem[] };

type Comparison = SearchTerm['comparison'];

const MAX_TERMS = 20;
const MAX_VALUE_CHARS = 500;

/**
 * Reads a search as a person types it: `name:charge error:"card declined" data.customer.id=17 age<2h -stack:axios timeout`.
 * Terms stand side by side and must all hold; `:` contains (case ignored), `=` equals exactly, a leading `-` turns a term
 * round; a word without a field is looked for in id, name, error, data and result.
 * @param now ms since the epoch, what `finished:2h` and `today` are counted from
 */
export function parseJobQuery(text: string, now: number): ParsedQuery {
  const { terms: raw, problems } = splitTerms(text);
  if (raw.length > MAX_TERMS)
    problems.push({
      position: raw[MAX_TERMS]?.start ?? 0,
      length: text.length - (raw[MAX_TERMS]?.start ?? 0),
      message: `A search has at most ${MAX_TERMS} terms.`,
    });
  const terms: SearchTerm[] = [];
  for (const one of raw.slice(0, MAX_TERMS)) {
    const read = readTerm(one, now);
    if (typeof read === 'string') problems.push({ position: one.start, length: one.end - one.start, message: read });
    else terms.push(...read);
  }
  problems.sort((one, two) => one.position - two.position);
  return problems.length > 0 ? { problems } : { query: { terms } };
}

/** The terms of one as written, or what is wrong with it. */
function readTerm(raw: RawTerm, now: number): SearchTerm[] | string {
  const { name, path, operator, value, isNegated } = raw;
  if (value.length > MAX_VALUE_CHARS) return `A value has at most ${MAX_VALUE_CHARS} characters.`;
  if (name === null || !isSearchField(name)) return freeText(raw);
  if (path.length > 0 && FIELD_KINDS[name] !== 'json') return `Only data and result have paths; ${name} has none.`;
  if (path.some((segment) => segment === '')) return 'A part of this path is empty.';
  if (value === '' && !raw.isQuoted) return `Say what to look for after ${name}${operator}`;
  if (value === '' && comparisonOf(operator) === 'contains')
    return 'An empty text is in everything; use = for "is empty".';
  const field: SearchField = name;
  switch (FIELD_KINDS[field]) {
    case 'text':
      return isOrder(operator)
        ? `${field} is text: use ${field}: for "contains" or ${field}= for "is".`
        : [{ field, comparison: comparisonOf(operator), value, isNegated }];
    case 'group':
      return isOrder(operator)
        ? 'group takes a fingerprint: group:…'
        : [{ field, comparison: 'equals', value, isNegated }];
    case 'json':
      return jsonTerm(raw, field);
    case 'number':
      return numberTerm(raw, field);
    case 'duration':
      return durationTerm(raw, field);
    case 'time':
      return timeTerms(raw, field, now);
  }
}

/** A word without a field; words that look like a slip in a field's name are not searched for as text. */
function freeText({ name, operator, head, value, isNegated }: RawTerm): SearchTerm[] | string {
  if (name === null)
    return value === ''
      ? 'There is nothing between these quotation marks.'
      : [{ field: 'text', comparison: 'contains', value, isNegated }];
  const near = nearestField(name);
  const orQuote = 'put it in quotation marks to search for the text';
  if (near !== null) return `There is no field "${name}". Did you mean ${near}${operator}? Else ${orQuote}.`;
  if (isOrder(operator) && toNumber(value) !== null)
    return `There is no field "${name}". data.${head}${value} looks into the jobs' data. Else ${orQuote}.`;
  return [{ field: 'text', comparison: 'contains', value: head + value, isNegated }];
}

function jsonTerm({ path, operator, value, isNegated, isQuoted }: RawTerm, field: SearchField): SearchTerm[] | string {
  const place = path.length > 0 ? { path: [...path] } : {};
  if (!isOrder(operator)) return [{ field, ...place, comparison: comparisonOf(operator), value, isNegated }];
  if (path.length === 0) return `Compare a value inside: ${field}.some.path${operator}${value}`;
  const number = toNumber(value);
  if (number === null || isQuoted) return `After ${operator} comes a number.`;
  return [{ field, ...place, comparison: comparisonOf(operator), value: number, isNegated }];
}

function numberTerm({ operator, value, isNegated }: RawTerm, field: SearchField): SearchTerm[] | string {
  const number = toNumber(value);
  if (number !== null)
    return [{ field, comparison: isOrder(operator) ? comparisonOf(operator) : 'equals', value: number, isNegated }];
  // Workers may report any text as progress.
  if (field === 'progress' && !isOrder(operator))
    return [{ field, comparison: comparisonOf(operator), value, isNegated }];
  return `After ${field}${operator} comes a number.`;
}

function durationTerm({ operator, value, isNegated }: RawTerm, field: SearchField): SearchTerm[] | string {
  if (!isOrder(operator)) return `Say ${field}>${value || '5m'} or ${field}<${value || '5m'}.`;
  const ms = parseDuration(value);
  if (ms === null)
    return toNumber(value) === null
      ? `"${value}" is no duration; say 500ms, 30s, 5m, 2h or 1d.`
      : `Say a unit: ${field}${operator}${value}s, ${value}m or ${value}h.`;
  return [{ field, comparison: comparisonOf(operator), value: ms, isNegated }];
}

function timeTerms({ operator, value, isNegated }: RawTerm, field: SearchField, now: number): SearchTerm[] | string {
  const term = (comparison: Comparison, at: number): SearchTerm => ({ field, comparison, value: at, isNegated });
  const ago = parseDuration(value);
  if (ago !== null)
    return isOrder(operator)
      ? `Say finished:${value} for the last ${value}, -finished:${value} for all before.`
      : [term('>=', now - ago)];
  const time = parseTime(value, now);
  if (time === null)
    return `"${value}" is no time; say 2026-11-24, 2026-11-24T10:30 (UTC), 10:30, today, or 2h for the last two hours.`;
  switch (operator.replace(':', '')) {
    case '>':
      return [term('>=', time.to)];
    case '>=':
      return [term('>=', time.from)];
    case '<':
      return [term('<', time.from)];
    case '<=':
      return [term('<', time.to)];
    default:
      return isNegated
        ? `A stretch of time cannot be turned round: say finished<${value} or finished>${value}.`
        : [term('>=', time.from), term('<', time.to)];
  }
}

function isOrder(operator: string): boolean {
  return operator.includes('<') || operator.includes('>');
}

function comparisonOf(operator: string): Comparison {
  if (isOrder(operator)) return operator.replace(':', '') as Comparison;
  return operator.includes('=') ? 'equals' : 'contains';
}

function toNumber(text: string): number | null {
  const value = text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

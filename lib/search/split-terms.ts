/** Something that is wrong with a query, for the person who types it. Positions count UTF-16 units. */
export type QueryProblem = { position: number; length: number; message: string };

/** A term as it is written. `name` is lower case and `null` for free text; `operator` is `''` for it. */
export type RawTerm = {
  start: number;
  end: number;
  isNegated: boolean;
  name: string | null;
  path: readonly string[];
  operator: string;
  /** All before the value as it is written, without a leading minus. */
  head: string;
  value: string;
  isQuoted: boolean;
};

const OPERATOR_CHARS = ':=<>';
const OPERATORS = new Set([':', '=', ':=', '==', '>', '>=', '<', '<=', ':>', ':>=', ':<', ':<=']);

/**
 * Splits a query into terms at white space outside quotes; one pass, linear in the text. Whether a name is a field is
 * not decided here.
 */
export function splitTerms(text: string): { terms: RawTerm[]; problems: QueryProblem[] } {
  const terms: RawTerm[] = [];
  const problems: QueryProblem[] = [];
  let at = 0;
  while (at < text.length) {
    if (isSpace(text[at])) {
      at += 1;
      continue;
    }
    const term = readTerm(text, at, problems);
    terms.push(term);
    at = Math.max(term.end, at + 1);
  }
  return { terms, problems };
}

function readTerm(text: string, start: number, problems: QueryProblem[]): RawTerm {
  const next = text[start + 1];
  const isNegated = text[start] === '-' && next !== undefined && !isSpace(next);
  const from = isNegated ? start + 1 : start;
  const head = readHead(text, from);
  const valueAt = head?.end ?? from;
  const { value, end, isQuoted } = readValue(text, valueAt, problems);
  return {
    start,
    end,
    isNegated,
    name: head?.name ?? null,
    path: head?.path ?? [],
    operator: head?.operator ?? '',
    head: text.slice(from, valueAt),
    value,
    isQuoted,
  };
}

/** `name.some."long key"` and an operator; `null` when the term does not begin so. */
function readHead(text: string, start: number): { name: string; path: string[]; operator: string; end: number } | null {
  let at = start;
  while (at < text.length && isLetter(text[at])) at += 1;
  if (at === start) return null;
  const name = text.slice(start, at).toLowerCase();
  const path: string[] = [];
  while (text[at] === '.') {
    at += 1;
    if (text[at] === '"') {
      const quoted = readQuoted(text, at);
      if (!quoted.isClosed) return null;
      path.push(quoted.value);
      at = quoted.end;
    } else {
      const segment = at;
      while (
        at < text.length &&
        !isSpace(text[at]) &&
        text[at] !== '.' &&
        text[at] !== '"' &&
        !isOperatorChar(text[at])
      )
        at += 1;
      path.push(text.slice(segment, at));
    }
  }
  const operatorAt = at;
  while (at < text.length && at - operatorAt < 3 && OPERATORS.has(text.slice(operatorAt, at + 1))) at += 1;
  return at === operatorAt ? null : { name, path, operator: text.slice(operatorAt, at), end: at };
}

function readValue(
  text: string,
  start: number,
  problems: QueryProblem[],
): { value: string; end: number; isQuoted: boolean } {
  if (text[start] === '"') {
    const quoted = readQuoted(text, start);
    if (!quoted.isClosed)
      problems.push({ position: start, length: text.length - start, message: 'This quotation mark is never closed.' });
    return { value: quoted.value, end: quoted.end, isQuoted: true };
  }
  let at = start;
  while (at < text.length && !isSpace(text[at])) at += 1;
  return { value: text.slice(start, at), end: at, isQuoted: false };
}

/** Text in quotation marks; `\"` and `\\` stand for themselves. */
function readQuoted(text: string, start: number): { value: string; end: number; isClosed: boolean } {
  const parts: string[] = [];
  let from = start + 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '"') {
      parts.push(text.slice(from, at));
      return { value: parts.join(''), end: at + 1, isClosed: true };
    }
    if (text[at] === '\\' && (text[at + 1] === '"' || text[at + 1] === '\\')) {
      parts.push(text.slice(from, at));
      from = at + 1;
      at += 1;
    }
  }
  parts.push(text.slice(from));
  return { value: parts.join(''), end: text.length, isClosed: false };
}

function isSpace(char: string | undefined): boolean {
  return char !== undefined && char.trim() === '';
}

function isLetter(char: string | undefined): boolean {
  return char !== undefined && ((char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z'));
}

function isOperatorChar(char: string | undefined): boolean {
  return char !== undefined && OPERATOR_CHARS.includes(char);
}

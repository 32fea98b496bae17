const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '“': '”', '‘': '’', '«': '»' };
/** A closing quote is looked for this far. */
const MAX_QUOTED = 400;

/** Words beside a quoted name that make it a part of the program or the schema, not a value. */
const NAMES_BEFORE = new Set(
  'argument column columns constraint field fields function index keyspace method module option parameter path procedure properties property reading relation role setting table type export import'.split(
    ' ',
  ),
);
const NAMES_AFTER = /^\s*(?:argument|column|constraint|field|function|method|module|option|parameter|property|table)\b/;
const NAME = /^[@A-Za-z_$][A-Za-z_$./@-]{0,79}(?:\(\))?$/;

/**
 * A quoted text that begins at `at`: what stands for it, and where it ends. `null` where none begins there. The value
 * goes; names of columns, constraints, arguments and the like stay, and so do the keys of objects. `before`: the two
 * words before it, in lower case.
 */
export function quoteAt(text: string, at: number, before: string): { shown: string; end: number } | null {
  const open = text[at] as string;
  const close = CLOSING[open];
  if (close === undefined || !isOpening(text, at)) return null;
  const limit = Math.min(text.length, at + 1 + MAX_QUOTED);
  for (let end = at + 1; end < limit; end += 1) {
    if (text[end] === '\\') end += 1;
    else if (text[end] === close && isClosing(text, end, close)) {
      const value = text.slice(at + 1, end);
      return { shown: isName(value, before, text.slice(end + 1, end + 24)) ? `'${value}'` : `'…'`, end: end + 1 };
    }
  }
  // Cut off: the rest is the value.
  return open === '"' || open === '`' ? { shown: `'…'`, end: text.length } : null;
}

function isName(value: string, before: string, after: string): boolean {
  if (!NAME.test(value)) return false;
  const last = before.slice(before.lastIndexOf(' ') + 1).replace(/[^a-z]/g, '');
  if (NAMES_BEFORE.has(last) || before.endsWith('for key')) return true;
  return /^\s?:/.test(after) || value.endsWith('()') || NAMES_AFTER.test(after);
}

/** An apostrophe inside a word is none. */
function isOpening(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] as string);
}

function isClosing(text: string, at: number, close: string): boolean {
  return close !== "'" || at + 1 >= text.length || !/[\p{L}\p{N}]/u.test(text[at + 1] as string);
}

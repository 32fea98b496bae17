import { plainText } from './plain-text';
import { quoteAt } from './quotes';
import { wordWithout } from './variable-words';

/** So much of an error's message is looked at; readers that cut by bytes bring at least four times as many. */
export const REASON_CHARS = 1_024;
const MAX_TITLE_CHARS = 240;
const NO_MESSAGE = '(no message)';

/** What ends a word: blanks, brackets, quotes and what separates the items of a list. */
const BREAK = /[\s"'`<>()[\]{},;=|“”‘’«»]/;
/** A URL or path goes on over what separates the items of its query. */
const BREAK_OF_ADDRESS = /[\s"'`<>()[\]{}|“”‘’«»]/;
const BEGINS_ADDRESS = /^(?:[a-z][a-z0-9+.-]{1,20}:\/\/|\.{0,2}\/)/i;

/**
 * Wordings of one error that differ by version of the engine or the library, brought to one. Anchored and bounded:
 * each is tried once.
 */
const WORDINGS: readonly (readonly [RegExp, string])[] = [
  [/^Cannot read property ('[^']{0,80}') of (undefined|null)/, 'Cannot read properties of $2 (reading $1)'],
  [/^Cannot set property ('[^']{0,80}') of (undefined|null)/, 'Cannot set properties of $2 (setting $1)'],
  [/^Unexpected token .{1,3} in JSON at position \d+/, 'Unexpected token in JSON'],
  [/^Unexpected token .{1,12}, .{0,80} is not valid JSON/s, 'Unexpected token in JSON'],
  [/^"[^"]{0,80}" is not valid JSON/, 'Unexpected token in JSON'],
  [/^Unexpected end of JSON input.*$/s, 'Unexpected end of JSON input'],
  [/^job stalled more than (?:maxStalledCount|allowable limit).*$/s, 'job stalled more than allowable limit'],
  [/^(.{0,200}) - Local \(.*$/s, '$1'],
  [/^(Hostname\/IP does not match certificate's altnames).*$/s, '$1'],
  [/^listen EADDRINUSE:? (?:address already in use )?/, 'listen EADDRINUSE: address already in use '],
  [/\nRequire stack:.*$/s, ''],
];

/**
 * An error's message without what differs from job to job: numbers and ids (`#`), addresses (`<address>`), hosts and
 * queries of URLs, quoted values (`…`), files. Codes that tell kinds apart stay: HTTP statuses, `E11000`, `23505`.
 * Takes time in proportion to the message, of which the first 1,024 characters count.
 */
export function titleOf(reason: string | null | undefined): string {
  let text = plainText(fromJson(reason ?? ''), REASON_CHARS).trim();
  for (const [pattern, replacement] of WORDINGS) text = text.replace(pattern, replacement);
  text = withoutValues(text.replace(/\s+/g, ' ').trim());
  if (text === '') return NO_MESSAGE;
  return text.length > MAX_TITLE_CHARS ? `${plainText(text, MAX_TITLE_CHARS - 1)}…` : text;
}

function withoutValues(text: string): string {
  let out = '';
  let at = 0;
  /** The words before, in lower case: they say what a number or a quoted text is. */
  let before = '';
  let beforeThat = '';
  while (at < text.length) {
    const quoted = quoteAt(text, at, `${beforeThat} ${before}`);
    if (quoted) {
      out += quoted.shown;
      at = quoted.end;
      continue;
    }
    const char = text[at] as string;
    if (BREAK.test(char)) {
      out += char;
      at += 1;
      continue;
    }
    const stop = BEGINS_ADDRESS.test(text.slice(at, at + 25)) ? BREAK_OF_ADDRESS : BREAK;
    let end = at + 1;
    while (end < text.length && !stop.test(text[end] as string)) end += 1;
    const [word, tail] = withoutTail(text.slice(at, end));
    out += wordWithout(word, before, beforeThat) + tail;
    if (/[a-z]/i.test(word)) [beforeThat, before] = [before, (word + tail).toLowerCase()];
    at = end;
  }
  return joined(out);
}

/** Full stops and colons that end a word belong to the sentence. */
function withoutTail(word: string): [word: string, tail: string] {
  let end = word.length;
  while (end > 1 && '.:!?…,;='.includes(word[end - 1] as string)) end -= 1;
  return [word.slice(0, end), word.slice(end)];
}

/** Lists of values are one value: how many there are differs from job to job. */
function joined(text: string): string {
  return text
    .replace(/(["'`])…\1(?:(?:, ?| | and | or )(["'`])…\2)+/g, '$1…$1')
    .replace(/#(?:(?:, ?| |; ?)#)+/g, '#')
    .replace(/<address>(?:(?:, ?| )<address>)+/g, '<address>');
}

/** Some programs throw the answer of an API as it came: its message is the message. */
function fromJson(reason: string): string {
  const text = reason.trimStart();
  if (!text.startsWith('{') || text.length > 4 * REASON_CHARS) return reason;
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    const inner = typeof value['error'] === 'object' && value['error'] !== null ? value['error'] : value;
    const { message, error, detail, title, code, type } = inner as Record<string, unknown>;
    const said = [message, error, detail, title].find((one) => typeof one === 'string' && one !== '');
    const kind = [code, type].find((one) => typeof one === 'string' && one !== '');
    if (said === undefined && kind === undefined) return reason;
    return [kind, said].filter((one) => one !== undefined).join(': ');
  } catch {
    return reason;
  }
}

import { plainText } from './plain-text';

/** So much of the end of a job's `stacktrace` is looked at: a longer field is read from there only. */
export const STACK_TAIL_CHARS = 32_768;
const MAX_LINES = 200;
const MAX_LINE_CHARS = 600;

/**
 * The stack of the newest attempt in a job's `stacktrace` field: a JSON array of strings in both libraries, newest
 * last. Takes the whole field or its last part, at least `STACK_TAIL_CHARS` of it; `null` where none can be found.
 */
export function newestStack(stacktrace: string | null | undefined): string | null {
  if (!stacktrace) return null;
  const tail = stacktrace.slice(-STACK_TAIL_CHARS).trimEnd();
  if (!tail.endsWith('"]')) return null;
  const end = tail.length - 2;
  let start = tail.lastIndexOf('","', end - 1);
  while (start > 0 && isEscaped(tail, start)) start = tail.lastIndexOf('","', start - 1);
  const from = start >= 0 ? start + 3 : tail.startsWith('["') ? 2 : -1;
  if (from < 0 || from > end) return null;
  try {
    const stack: unknown = JSON.parse(`"${tail.slice(from, end)}"`);
    return typeof stack === 'string' && stack !== '' ? stack : null;
  } catch {
    return null;
  }
}

/** The quote at `at` belongs to a string when an odd number of backslashes stands before it. */
function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

const CLASS = /^(?:Uncaught )?([A-Za-z_$][\w$.]{0,99})(?: \[([A-Za-z0-9_]{1,60})\])?(?::|$)/;
const CLASS_LIKE = /(?:Error|Exception|Fault|Failure|Timeout|Rejection)\d?$/;

/**
 * The class in the first line of a stack (`TypeError [ERR_X]: …`), or at the start of a message. `reason` tells a
 * class from any other word before a colon. Node's code stays with it: it says more than the class.
 */
export function errorClassOf(reason: string, stack: string | null): string | null {
  const first = plainText(stack ?? '', MAX_LINE_CHARS).split('\n', 1)[0] ?? '';
  const fromStack = CLASS.exec(first);
  if (fromStack) {
    const [whole, name = '', code] = fromStack;
    const rest = first.slice(whole.length).trim();
    const start = reason.split('\n', 1)[0]?.trim().slice(0, 40) ?? '';
    const isPrefix = !first.startsWith(`${start.slice(0, 40)}`) && rest.startsWith(start);
    if (CLASS_LIKE.test(name) || isPrefix) return code === undefined ? name : `${name} [${code}]`;
  }
  const fromReason = stack === null ? CLASS.exec(reason) : null;
  const name = fromReason?.[1] ?? '';
  return CLASS_LIKE.test(name) ? name : null;
}

/** Lines `at …` of a stack, without leading blanks, bounded. */
export function frameLines(stack: string): string[] {
  const lines: string[] = [];
  for (const line of stack.slice(0, STACK_TAIL_CHARS).split('\n', MAX_LINES * 2)) {
    if (line.length > MAX_LINE_CHARS) continue;
    const text = line.trim();
    if (text.startsWith('at ')) lines.push(text.slice(3));
    if (lines.length >= MAX_LINES) break;
  }
  return lines;
}

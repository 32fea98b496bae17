import { hasRoundedNumbers, isWithinDepth, MAX_JSON_DEPTH } from '@/lib/domain/json-value';
import { faultPosition } from './fault-position';

/** What is wrong with a text that should be JSON; `line` from 1, `null` where it is wrong as a whole. */
export type JsonFault = { message: string; line: number | null };
export type JsonValue = NonNullable<unknown> | null;
export type CheckedJson = { value: JsonValue; fault: null; warning: string | null } | { fault: JsonFault };

/** What stands for bytes that are no UTF-8 when they are read as text. */
export const REPLACEMENT = '\ufffd';

/** Checks text as it is typed. A text that is fine may still carry a warning. */
export function checkJson(text: string): CheckedJson {
  if (text.trim() === '') return { fault: { message: 'Nothing is here; write null for no data.', line: 1 } };
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { fault: { message: plainly(message), line: lineOf(text) } };
  }
  if (!isWithinDepth(value, MAX_JSON_DEPTH))
    return {
      fault: {
        message: `Nested more than ${MAX_JSON_DEPTH} levels deep, which the queue libraries cannot write.`,
        line: null,
      },
    };
  const warning = hasRoundedNumbers(text)
    ? 'A number here is longer than JavaScript can hold and would be rounded; write it as text, in quotes.'
    : text.includes(REPLACEMENT)
      ? `${REPLACEMENT} may stand for bytes that are no text (UTF-8); what is written has ${REPLACEMENT} in their place.`
      : null;
  return { value, fault: null, warning };
}

function lineOf(text: string): number | null {
  const position = faultPosition(text);
  return position === null ? null : text.slice(0, position).split('\n').length;
}

function plainly(message: string): string {
  return message
    .replace(/^JSON\.parse: /, '')
    .replace(/,? ?(\.\.\.)?"[^]*"(\.\.\.)? is not valid JSON$/, '')
    .replace(/ in JSON at position \d+.*$/, '')
    .replace(/ of the JSON data$/, '')
    .replace(/ at line \d+ column \d+$/, '')
    .replace(/^./, (first) => first.toUpperCase());
}

import type { PublishBody } from '@/lib/domain/message';

/** Reads `name: value` lines. Values that are JSON numbers, booleans, `null` or quoted text are taken as such. */
export function readHeaders(text: string): { value: PublishBody['headers']; error: string | null } {
  const value: PublishBody['headers'] = {};
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, name, rest = ''] = /^\s*([^:]+?)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined) return { value, error: `Line ${index + 1} has no colon: write name: value` };
    value[name] = readValue(rest);
  }
  return { value, error: null };
}

function readValue(text: string): string | number | boolean | null {
  if (!/^(-?\d|true$|false$|null$|")/.test(text)) return text;
  try {
    const parsed: unknown = JSON.parse(text);
    const isPlain = parsed === null || ['string', 'number', 'boolean'].includes(typeof parsed);
    return isPlain ? (parsed as string | number | boolean | null) : text;
  } catch {
    return text;
  }
}

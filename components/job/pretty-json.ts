/** Above this many characters text is not laid out anew: the browser would stop for it. */
const MAX_PRETTY = 300_000;

/**
 * Text laid out as JSON when it is JSON, else as it is. Numbers that JavaScript would round, and keys that stand twice,
 * keep the text as it was sent, since showing something else than what is stored would mislead.
 */
export function prettyJson(text: string): { text: string; isJson: boolean } {
  if (text.length > MAX_PRETTY || !/^\s*[[{]/.test(text)) return { text, isJson: isJson(text) };
  try {
    const value: unknown = JSON.parse(text);
    const isFaithful = JSON.stringify(value).length === text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1').length;
    return { text: isFaithful ? JSON.stringify(value, null, 2) : text, isJson: true };
  } catch {
    return { text, isJson: false };
  }
}

function isJson(text: string): boolean {
  if (text.length > MAX_PRETTY) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

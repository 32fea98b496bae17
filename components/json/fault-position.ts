const TOKEN =
  /[ \t\r\n]+|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[[\]{},:]/y;

/**
 * Where a text stops being JSON, `null` when it is. Browsers word the fault of a text but often keep its place to
 * themselves. Keeps a stack of its own, so that no depth overflows it.
 */
export function faultPosition(text: string): number | null {
  const stack: ('[' | '{')[] = [];
  /** What may come next. `first`: as `value` or `key`, or the end of the container that was just opened. */
  let next: 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'after' = 'value';
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return at;
    if (/^\s/.test(token)) continue;
    const top = stack.at(-1);
    const isClosing = token === (top === '[' ? ']' : top === '{' ? '}' : null);
    if (isClosing && (next === 'after' || next === 'first-value' || next === 'first-key')) {
      stack.pop();
      next = 'after';
    } else if (next === 'after') {
      if (token !== ',' || top === undefined) return at;
      next = top === '[' ? 'value' : 'key';
    } else if (next === 'colon') {
      if (token !== ':') return at;
      next = 'value';
    } else if (next === 'key' || next === 'first-key') {
      if (!token.startsWith('"')) return at;
      next = 'colon';
    } else if (token === '[' || token === '{') {
      stack.push(token);
      next = token === '[' ? 'first-value' : 'first-key';
    } else if (/^[\]},:]/.test(token)) return at;
    else next = 'after';
  }
  return next === 'after' && stack.length === 0 ? null : text.length;
}

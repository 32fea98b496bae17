const ESCAPE = 0x1b;
/** Characters that reorder, hide or join text and so can make a name look like another one. */
const INVISIBLE = /[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Halves of a pair, as `\ud800` in JSON can leave them: no character, and drawn as the sign for a broken one. */
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Text from a job in a form that cannot deceive: control characters as their pictures (`␛`), direction marks and
 * other invisible ones as `⟨U+202E⟩`, halves of characters as `⟨U+D800⟩`. Tab and newline stay.
 */
export function visibleText(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(CONTROL, (char) => {
      const code = char.charCodeAt(0);
      if (code === ESCAPE) return '␛';
      if (code < 0x20) return String.fromCharCode(0x2400 + code);
      return code === 0x7f ? '␡' : codePoint(code);
    })
    .replace(INVISIBLE, (char) => codePoint(char.charCodeAt(0)))
    .replace(LONE_SURROGATE, (char) => codePoint(char.charCodeAt(0)));
}

/** The same on one line, for cells. */
export function visibleLine(text: string): string {
  return visibleText(text).replace(/\s*[\n\t]\s*/g, ' ');
}

function codePoint(code: number): string {
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

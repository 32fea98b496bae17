/** A line of a stack trace. Frames that are not one's own step back on the screen. */
export type StackLine = { text: string; kind: 'message' | 'own' | 'foreign' };

/** Lines that stand as they are, or frames of libraries in a row that are shown as one line until asked for. */
export type StackPart = { from: number; lines: StackLine[]; isFolded: boolean };

const FRAME = /^\s*at\s/;
const FOREIGN = /node_modules|\(node:|at node:|\(internal\/|<anonymous>\)?$|\(native\)/;
/** Fewer frames of libraries in a row are not worth a fold. */
const MIN_FOLD = 3;

/** Splits a stack trace into lines, each with whose code it is. */
export function parseStack(stack: string): StackLine[] {
  return stack
    .split(/\r?\n/)
    .filter((line, index, lines) => line !== '' || index < lines.length - 1)
    .map((text) => ({ text, kind: !FRAME.test(text) ? 'message' : FOREIGN.test(text) ? 'foreign' : 'own' }));
}

/** Gathers frames of libraries that stand in a row. A stack without a frame of one's own is left as it is. */
export function foldStack(lines: readonly StackLine[]): StackPart[] {
  const hasOwn = lines.some(({ kind }) => kind === 'own');
  const parts: StackPart[] = [];
  for (const [index, line] of lines.entries()) {
    const last = parts.at(-1);
    if (last && (last.lines[0]?.kind === 'foreign') === (line.kind === 'foreign')) last.lines.push(line);
    else parts.push({ from: index, lines: [line], isFolded: false });
  }
  return parts.map((part) => ({
    ...part,
    isFolded: hasOwn && part.lines[0]?.kind === 'foreign' && part.lines.length >= MIN_FOLD,
  }));
}

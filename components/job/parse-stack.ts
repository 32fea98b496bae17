/** A line of a stack trace. Frames that are not one's own step back on the screen. */
export type StackLine = { text: string; kind: 'message' | 'own' | 'foreign' };

const FRAME = /^\s*at\s/;
const FOREIGN = /node_modules|\(node:|at node:|\(internal\/|<anonymous>\)?$|\(native\)/;

/** Splits a stack trace into lines, each with whose code it is. */
export function parseStack(stack: string): StackLine[] {
  return stack
    .split(/\r?\n/)
    .filter((line, index, lines) => line !== '' || index < lines.length - 1)
    .map((text) => ({ text, kind: !FRAME.test(text) ? 'message' : FOREIGN.test(text) ? 'foreign' : 'own' }));
}

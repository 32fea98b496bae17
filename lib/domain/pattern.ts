import { queueLabel } from './queue-key';
import type { QueueId } from './queue';

/**
 * Compiles a queue pattern: `*` stands for any text (also slashes, also none), everything else for itself. It is
 * matched against the whole name, or against `source/namespace/name` if it holds a slash. Built on text search, not
 * on a regular expression: no pattern makes it slow.
 */
export function compilePattern(pattern: string): (id: QueueId) => boolean {
  const matches = compileGlob(pattern);
  return pattern.includes('/') ? (id) => matches(queueLabel(id)) : (id) => matches(id.name);
}

function compileGlob(pattern: string): (text: string) => boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return (text) => text === head;
  const middle = rest.filter((part) => part !== '');
  return (text) => {
    const end = text.length - tail.length;
    if (end < head.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
    let from = head.length;
    for (const part of middle) {
      const at = text.indexOf(part, from);
      if (at === -1) return false;
      from = at + part.length;
    }
    return from <= end;
  };
}

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

/** Compiles several patterns: a queue must meet one of `include` and none of `except`. */
export function compilePatterns(include: string | readonly string[], except: readonly string[] = []) {
  const wanted = (typeof include === 'string' ? [include] : include).map(compilePattern);
  const unwanted = except.map(compilePattern);
  return (id: QueueId): boolean => wanted.some((meets) => meets(id)) && !unwanted.some((meets) => meets(id));
}

/** The same for a whole source: only the part of a pattern before its first slash counts, and is matched against its name. */
export function compileSourcePatterns(include: string | readonly string[], except: readonly string[] = []) {
  const compile = (pattern: string) => compileGlob(pattern.split('/', 1)[0] ?? '');
  const wanted = (typeof include === 'string' ? [include] : include).map(compile);
  const unwanted = except.filter((pattern) => !pattern.includes('/') || /\/\*(\/\*)?$/.test(pattern)).map(compile);
  return (source: string): boolean => wanted.some((meets) => meets(source)) && !unwanted.some((meets) => meets(source));
}

/** Whether `text` meets a pattern in which `*` stands for any text. */
export function compileText(pattern: string): (text: string) => boolean {
  return compileGlob(pattern);
}

/** What stands where something was taken out. */
export const REDACTED = '[redacted]';

/** Bounds the walk: deeper parts are taken out whole. */
const MAX_DEPTH = 200;
/** Shorter values occur everywhere by chance, and masking them would make texts unreadable. */
const MIN_MASKED = 4;
const MAX_MASKED = 1_000;

/** Paths into what a job carries: names by dots, `*` for any one name or index, `**` for any number of them. */
export type RedactRules = { paths: readonly (readonly string[])[] };

/** Rules from the paths of a role. They hold for what lies in dead letters as well, a level deeper. */
export function parseRules(patterns: readonly string[]): RedactRules {
  const paths = patterns.map((pattern) => pattern.split('.'));
  if (paths.length === 0) return { paths };
  const inLetters = paths.filter(([first]) => first === 'data').map((path) => ['data', ...path]);
  // Texts of errors repeat what jobs carry.
  const errors = ['failedReason', 'stacktrace'].map((name) => ['data', 'deadLetter', name]);
  return { paths: [...paths, ...inLetters, ...errors] };
}

/** What of the rules concerns one field of a job (`data`, `result`, …), as paths below it; `[]` in it: all of it. */
export function rulesOf({ paths }: RedactRules, field: string): (readonly string[])[] {
  return paths.flatMap((path) => below(path, field));
}

/** Whether the whole field is taken out. */
export function isWhole(rules: readonly (readonly string[])[]): boolean {
  return rules.some((path) => path.every((part) => part === '**'));
}

/**
 * A copy of `value` without what `rules` name, and the values that were taken out, as texts.
 * @param rules as `rulesOf` gives them
 */
export function redactValue(
  value: unknown,
  rules: readonly (readonly string[])[],
): { value: unknown; taken: string[] } {
  const taken: string[] = [];
  return { value: walk(value, rules, 0, taken), taken };
}

/**
 * Whether a search along `path` could tell of what the rules take out: it leads into such a part, or to one that holds it.
 * The search looks into arrays without their index being named, so the rules' `*` may stand for nothing too.
 */
export function touches(rules: readonly (readonly string[])[], path: readonly string[]): boolean {
  return rules.some((rule) => meets(rule, path));
}

/** `text` without any of `taken`. */
export function mask(text: string, taken: readonly string[]): string {
  let result = text;
  // Longer ones first: one may hold another.
  for (const value of [...taken].sort((a, b) => b.length - a.length)) result = result.replaceAll(value, REDACTED);
  return result;
}

function below(path: readonly string[], name: string): (readonly string[])[] {
  const [first, ...rest] = path;
  if (first === undefined) return [];
  if (first === '**') return [path, ...(rest[0] === name || rest[0] === '*' ? [rest.slice(1)] : [])];
  return first === name || first === '*' ? [rest] : [];
}

function walk(value: unknown, rules: readonly (readonly string[])[], depth: number, taken: string[]): unknown {
  if (isWhole(rules)) {
    collect(value, taken, 0);
    return REDACTED;
  }
  if (rules.length === 0 || value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return REDACTED;
  const next = (name: string) => rules.flatMap((rule) => below(rule, name));
  if (Array.isArray(value)) return value.map((item, index) => walk(item, next(String(index)), depth + 1, taken));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, walk(item, next(name), depth + 1, taken)]),
  );
}

function collect(value: unknown, taken: string[], depth: number): void {
  if (taken.length >= MAX_MASKED || depth >= MAX_DEPTH) return;
  if (typeof value === 'string' || typeof value === 'number') {
    const text = String(value);
    if (text.length >= MIN_MASKED) taken.push(text);
  } else if (value !== null && typeof value === 'object')
    for (const item of Object.values(value)) collect(item, taken, depth + 1);
}

function meets(rule: readonly string[], path: readonly string[]): boolean {
  const [part, ...rest] = rule;
  // One of them ends: the other leads into it, or through it.
  if (part === undefined || path.length === 0) return true;
  if (part === '**') return meets(rest, path) || meets(rule, path.slice(1));
  if (part === '*' && meets(rest, path)) return true;
  return (part === '*' || part === path[0]) && meets(rest, path.slice(1));
}

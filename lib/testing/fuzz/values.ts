/** A JSON Schema, as far as the API's document uses it. */
export type Schema = {
  type?: string;
  enum?: readonly unknown[];
  const?: unknown;
  default?: unknown;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  format?: string;
  $ref?: string;
  $defs?: Readonly<Record<string, Schema>>;
};

export type Random = () => number;

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

export function between(random: Random, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1));
}

/** Words that mean something where queues are: a value made of them gets further than noise. */
const WORDS = [
  'retry',
  'fuzz-bull',
  'fuzz-bullmq',
  'job',
  '1',
  'data.n',
  'failed',
  '*',
  'report-*',
  'UTC',
  'a b',
  'ünï',
];
/** Values that fit a pattern or format, where noise never would. */
const FITTING = [
  '2026-11-24T10:00:00Z',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  'name-1',
  'a@b.example',
  '00000000-0000-4000-8000-000000000000',
];

/** A value of the schema, nearly always: small, and within its bounds. */
export function valid(schema: Schema, random: Random, root: Schema = schema, depth = 0): unknown {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return depth > 4 ? null : valid(root.$defs?.[name] ?? {}, random, root, depth + 1);
  }
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return pick(random, schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return valid(pick(random, choices), random, root, depth + 1);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => valid(part, random, root, depth + 1)));
  switch (schema.type) {
    case 'string':
      return text(schema, random);
    case 'integer':
    case 'number':
      return number(schema, random);
    case 'boolean':
      return random() < 0.5;
    case 'null':
      return null;
    case 'array': {
      const length = between(random, schema.minItems ?? 0, Math.min(schema.maxItems ?? 3, (schema.minItems ?? 0) + 2));
      return Array.from({ length }, () => valid(schema.items ?? {}, random, root, depth + 1));
    }
    case 'object':
      return object(schema, random, root, depth);
    default:
      return pick<unknown>(random, [1, 'x', null, true, [], { n: 1 }]);
  }
}

function object(schema: Schema, random: Random, root: Schema, depth: number): unknown {
  const made: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    if (schema.required?.includes(name) || random() < 0.4) made[name] = valid(property, random, root, depth + 1);
  if (typeof schema.additionalProperties === 'object' && random() < 0.5)
    made[pick(random, WORDS)] = valid(schema.additionalProperties, random, root, depth + 1);
  return made;
}

function text({ minLength = 0, maxLength = 200, pattern, format }: Schema, random: Random): string {
  const fitting = pattern === undefined ? [] : FITTING.filter((value) => new RegExp(pattern).test(value));
  if (fitting.length > 0) return pick(random, fitting);
  if (format !== undefined) return pick(random, FITTING);
  const word = pick(random, WORDS);
  return word.padEnd(minLength, 'x').slice(0, Math.max(maxLength, 1));
}

function number({ type, minimum = 0, maximum = 1_000 }: Schema, random: Random): number {
  // Small ones mostly: a pause of a year would keep the rest of the run from doing anything.
  const top = Math.min(maximum, minimum + 1_000);
  const value = pick(random, [minimum, between(random, minimum, top), top]);
  return type === 'integer' ? Math.round(value) : value;
}

const LONG = 'A'.repeat(70_000);
const deep = (depth: number): unknown => (depth === 0 ? 1 : [deep(depth - 1)]);

/** Values that were meant for other parsers, and for those who trust types. */
export const HOSTILE: readonly unknown[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e\u2066',
  '../../../../etc/passwd',
  '..%2f..%2f',
  "' OR 1=1 --",
  '"><script>alert(1)</script>',
  '${7*7}{{7*7}}',
  '\r\nSet-Cookie: a=b',
  '__proto__',
  'constructor',
  'toString',
  '*'.repeat(5_000),
  '('.repeat(5_000),
  `${'a'.repeat(200)}!`,
  '9'.repeat(400),
  LONG,
  -1,
  0,
  1.5,
  -0,
  1e308,
  Number.MAX_SAFE_INTEGER,
  2 ** 53 + 2,
  null,
  true,
  [],
  {},
  [[]],
  [null],
  { $ne: null },
  { toString: 1, valueOf: 1 },
  JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}') as unknown,
  deep(500),
];

/** The value with one thing about it changed. */
export function nearly(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || isEmpty(value) || random() < 0.1) return twisted(value, random);
  if (Array.isArray(value)) {
    const at = between(random, 0, Math.max(0, value.length - 1));
    return random() < 0.2
      ? Array.from({ length: 2_000 }, () => value[0] as unknown)
      : value.with(at < value.length ? at : 0, nearly(value[at], random));
  }
  const names = Object.keys(value);
  const name = pick(random, names.length > 0 ? names : ['x']);
  const { [name]: one, ...others } = value as Record<string, unknown>;
  return pick(random, [
    () => others,
    () => ({ ...value, [pick(random, ['extra', '__proto__x', 'id', 'isAdmin', 'role'])]: pick(random, HOSTILE) }),
    () => ({ ...value, [name]: nearly(one, random) }),
    () => ({ ...value, [name]: twisted(one, random) }),
  ])();
}

function isEmpty(value: object): boolean {
  return Array.isArray(value) && value.length === 0;
}

function twisted(value: unknown, random: Random): unknown {
  return pick<() => unknown>(random, [
    () => pick(random, HOSTILE),
    () => (typeof value === 'number' ? -value - 1 : value),
    () => (typeof value === 'number' ? String(value) : [value]),
    () => (typeof value === 'string' ? value.toUpperCase() + '\u0000' : String(value)),
    () => null,
  ])();
}

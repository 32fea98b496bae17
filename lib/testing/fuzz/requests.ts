import { HOSTILE, nearly, pick, valid, type Random, type Schema } from './values';

type Parameter = { name: string; in: 'path' | 'query'; required: boolean; schema: Schema };
type Documented = {
  parameters: readonly Parameter[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
};
/** The part of an OpenAPI document that requests are made from. */
export type ApiDocument = { paths: Readonly<Record<string, Readonly<Record<string, Documented>>>> };

export type FuzzRequest = {
  method: string;
  /** Path template of the document. */
  template: string;
  /** Path and query. */
  target: string;
  headers: Readonly<Record<string, string>>;
  body: string | Buffer | null;
  /** What `body` means, where it is JSON that says it is. */
  json: { value: unknown } | null;
  kind: 'valid' | 'near-valid' | 'hostile';
};

/** Values that exist, by the name of a path parameter. */
export type Known = Readonly<Record<string, readonly string[]>>;

/** An endless row of requests to everything in the document: a third valid, a third nearly, a third hostile. */
export function* fuzzRequests(document: ApiDocument, known: Known, random: Random): Generator<FuzzRequest> {
  const operations = Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ template, method: method.toUpperCase(), operation })),
  );
  for (let at = 0; ; at += 1) {
    // In turn, so that a short run goes to each of them as often as to the others.
    const { template, method, operation } = operations[at % operations.length] as (typeof operations)[number];
    const kind = pick(random, ['valid', 'near-valid', 'hostile'] as const);
    const target = targetOf(template, operation, known, kind, random);
    const schema = operation.requestBody?.content['application/json'].schema;
    yield { method, template, target, kind, ...bodyOf(schema, kind, random) };
  }
}

function targetOf(
  template: string,
  { parameters }: Documented,
  known: Known,
  kind: FuzzRequest['kind'],
  random: Random,
) {
  const isBent = (share: number) => kind === 'hostile' && random() < share;
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = isBent(0.3) ? wordsOf(pick(random, HOSTILE)) : pick(random, known[name] ?? ['1']);
    return segment(value);
  });
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && (parameter.required || random() < 0.4))
    .filter(() => kind === 'valid' || random() < 0.9)
    .map(({ name, schema }) => {
      const value = valid(schema, random);
      const sent = isBent(0.5)
        ? pick(random, HOSTILE)
        : kind === 'near-valid' && random() < 0.3
          ? nearly(value, random)
          : value;
      return `${name}=${encoded(wordsOf(sent).slice(0, 3_000))}`;
    });
  if (isBent(0.2)) query.push(pick(random, ['__proto__=1', 'a[]=1', '%00=%00', '=', '&&', 'from=1&from=2']));
  return `/api/v1${path}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Paths must get past the parser of HTTP to be worth sending. */
function segment(text: string): string {
  return encoded(text.slice(0, 2_000)) || '%20';
}

function encoded(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '?'));
}

function bodyOf(
  schema: Schema | undefined,
  kind: FuzzRequest['kind'],
  random: Random,
): Pick<FuzzRequest, 'headers' | 'body' | 'json'> {
  const asJson = (value: unknown) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value) ?? 'null',
    json: { value },
  });
  if (!schema)
    return kind === 'hostile' && random() < 0.2
      ? asJson(pick(random, HOSTILE))
      : { headers: {}, body: null, json: null };
  const value = valid(schema, random);
  if (kind === 'valid') return asJson(value);
  if (kind === 'near-valid') return asJson(nearly(value, random));
  const text = JSON.stringify(value);
  const bad = (headers: Record<string, string>, body: string | Buffer) => ({ headers, body, json: null });
  const type = { 'content-type': 'application/json' };
  return pick(random, [
    () => asJson(pick(random, HOSTILE)),
    () => asJson(nearly(nearly(nearly(value, random), random), random)),
    () => bad(type, text.slice(0, -1)),
    () => bad(type, `${text}${text}`),
    () => bad(type, '['.repeat(100_000)),
    () => bad(type, Buffer.from([0xff, 0xfe, 0x00, 0x7b])),
    () => bad(type, ''),
    () => bad({ 'content-type': 'text/plain' }, text),
    () => bad({ 'content-type': 'application/x-www-form-urlencoded' }, 'action=retry'),
    () => bad({ ...type, 'content-encoding': 'gzip' }, Buffer.from('1f8b0800', 'hex')),
    () => bad({ ...type, 'transfer-encoding': 'chunked', 'content-length': '' }, text.slice(1)),
    () => bad(type, `{"x":"${'A'.repeat(1_100_000)}"}`),
  ])();
}

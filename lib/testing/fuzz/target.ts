import Bull from 'bull';
import { Queue as BullMqQueue } from 'bullmq';
import { seeded } from '../random-lives';
import { openApiDocument } from '../../http/api/openapi';
import { ROUTES } from '../../http/api/routes';
import { pageRequests } from './page-requests';
import { fuzzRequests, type ApiDocument, type FuzzRequest, type Known } from './requests';
import { runFuzz, type Tally } from './run';

const NAMES = ['fuzz-bull', 'fuzz-bullmq'] as const;
const KNOWN: Known = {
  source: ['main'],
  namespace: ['bull'],
  name: NAMES,
  id: ['1', '2', 'job-1', 'job-2', 'x'.repeat(100), '00000000-0000-4000-8000-000000000000'],
  fingerprint: ['0123456789abcdef', 'x'],
  email: ['somebody@example.com'],
};
const LIMIT_MS = 10_000;

export type FuzzOptions = {
  url: string;
  /** Of an admin. */
  token: string;
  /** Of an admin who is asked for in every fourth request. */
  cookie?: string;
  seed: number;
  count: number;
  /** `invalid`: writes that the schemas accept are left out; `valid`: what they do not accept is. */
  only: 'invalid' | 'valid' | null;
  /** One request in five goes past the API: to pages, files, sign-in, Arena, metrics and to addresses that are none. */
  withPages?: boolean;
  between?: (done: number) => Promise<void>;
  /** Is told the text of every answer. */
  hear?: (text: string) => void;
};

/** The API under fuzz: what it is filled with, and how it is asked. */
export const fuzzTarget = {
  /** Two queues with jobs. Adds what is missing when called again. */
  async fill(redisUrl: string): Promise<(BullMqQueue | Bull.Queue)[]> {
    const { hostname: host, port } = new URL(redisUrl);
    const connection = { host, port: Number(port) };
    const bull = new Bull(NAMES[0], { redis: connection });
    const bullMq = new BullMqQueue(NAMES[1], { connection });
    for (let n = 1; n <= 5; n += 1) {
      await bull.add('job', { n }, { jobId: `${n}` });
      await bullMq.add('job', { n }, { jobId: `job-${n}` });
    }
    return [bull, bullMq];
  },

  run({ url, token, cookie, seed, count, only, withPages = false, between, hear }: FuzzOptions): Promise<Tally> {
    const document = openApiDocument(ROUTES, 'fuzz') as ApiDocument;
    const random = seeded(seed);
    const toApi = fuzzRequests(document, KNOWN, random);
    const requests = withPages ? mixed(toApi, pageRequests(random), random) : toApi;
    const { origin } = new URL(url);
    return runFuzz({
      url,
      requests: only === null ? requests : some(requests, only),
      count,
      headersFor: (_, index) =>
        cookie !== undefined && index % 4 === 0 ? { cookie, origin } : { authorization: `Bearer ${token}` },
      mayDo: isAsDocumented,
      limitMs: LIMIT_MS,
      hear,
      ...(between ? { between } : {}),
    });
  },
};

function* mixed(
  api: Iterator<FuzzRequest>,
  pages: Iterator<FuzzRequest>,
  random: () => number,
): Generator<FuzzRequest> {
  for (;;) yield (random() < 0.2 ? pages : api).next().value as FuzzRequest;
}

function* some(requests: Iterable<FuzzRequest>, only: 'invalid' | 'valid'): Generator<FuzzRequest> {
  for (const request of requests) {
    const isMeant =
      only === 'valid'
        ? request.kind === 'valid' && isAsDocumented(request)
        : request.method === 'GET' || !isAsDocumented(request);
    if (isMeant) yield request;
  }
}

/** Whether the schemas of the route take the request's body; a route without one takes any. */
function isAsDocumented({ method, template, json }: FuzzRequest): boolean {
  const path = template.replace('{source}/{namespace}/{name}', '{queue}');
  const route = ROUTES.find((one) => one.method === method && one.path === path);
  if (!route?.body) return true;
  return json !== null && route.body.safeParse(JSON.parse(JSON.stringify(json.value) ?? 'null')).success;
}

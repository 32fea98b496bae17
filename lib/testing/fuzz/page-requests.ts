import type { FuzzRequest } from './requests';
import { HOSTILE, pick, type Random } from './values';

const PATHS = [
  '/',
  '/sign-in',
  '/settings',
  '/audit',
  '/account',
  '/alerts',
  '/queues/~',
  '/queues/~/jobs',
  '/queues/~/jobs/~',
  '/failures/~',
  '/arena',
  '/arena/~',
  '/arena/frame',
  '/arena/c/~/main/x/1',
  '/metrics',
  '/api/health',
  '/api/ready',
  '/api/auth/session',
  '/api/auth/csrf',
  '/api/auth/providers',
  '/api/auth/signin/~',
  '/api/auth/callback/~',
  '/api/auth/callback/credentials',
  '/api/auth/signout',
  '/api/auth/~',
  '/_next/static/~',
  '/_next/image',
  '/_next/data/~.json',
  '/~',
];
/** Written as they are into the request line. */
const RAW = ['//', '/%', '/%00', '/%2e%2e/', '/..;/', '/\\', '/%c0%ae', '/?', '/?%', '/;a=b', '/%ff', '/a/./b'];
const HEADERS: readonly Record<string, string>[] = [
  {},
  { rsc: '1' },
  { rsc: '1', 'next-router-state-tree': '%5B%22%22%5D' },
  { 'next-router-state-tree': 'not json' },
  { 'next-action': 'x' },
  { 'next-action': '40'.repeat(21) },
  { accept: '*/*;q=9' },
  { cookie: 'theme=%00; zone=../../; tailback.session=x' },
  { cookie: 'a='.repeat(1_000) },
  { range: 'bytes=0-0,1-1,2-2' },
  { 'if-none-match': '"'.repeat(50) },
  { 'x-middleware-subrequest': 'middleware:middleware' },
  { 'accept-language': 'x'.repeat(3_000) },
];

/** An endless row of requests to what is served beside the API. */
export function* pageRequests(random: Random): Generator<FuzzRequest> {
  for (;;) {
    const path =
      random() < 0.15 ? pick(random, RAW) : pick(random, PATHS).replaceAll('~', () => encoded(pick(random, HOSTILE)));
    const query =
      random() < 0.5
        ? ''
        : `?${pick(random, ['next', 'q', 'sort', 'state', 'url', 'csrfToken', 'w'])}=${encoded(pick(random, HOSTILE))}`;
    const isForm = random() < 0.2;
    yield {
      method: isForm ? 'POST' : pick(random, ['GET', 'GET', 'GET', 'HEAD', 'OPTIONS']),
      template: path,
      target: `${path}${query}`,
      headers: isForm ? { 'content-type': 'application/x-www-form-urlencoded' } : pick(random, HEADERS),
      body: isForm
        ? `csrfToken=${encoded(pick(random, HOSTILE))}&email=${encoded(pick(random, HOSTILE))}&password=x`
        : null,
      json: null,
      kind: 'hostile',
    };
  }
}

function encoded(value: unknown): string {
  const words = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return encodeURIComponent(words.replaceAll(/\p{Surrogate}/gu, '?').slice(0, 1_500)) || '%20';
}

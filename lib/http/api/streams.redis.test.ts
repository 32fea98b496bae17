import http from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_STREAMS_A_PERSON } from '../../live/event-stream';
import { startGatedWeb, type GatedWeb } from '../../testing/gated-web';
import { emptyDatabase, until } from '../../testing/looker';
import { MAX_IN_FLIGHT } from '../gate/gate';

let web: GatedWeb;
const open: http.ClientRequest[] = [];

beforeAll(async () => {
  const { url, redis } = await emptyDatabase(41);
  redis.disconnect();
  web = await startGatedWeb({ redisUrl: url });
});
afterAll(async () => {
  for (const request of open) request.destroy();
  await web.stop();
});

type Answer = { status: number; retryAfter: string | undefined };

/** Asks and keeps what is answered open. */
function ask(path: string, cookie: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.get(`${web.url}${path}`, { agent: false, headers: { cookie } }, (response) => {
      response.on('error', () => undefined);
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
      response.resume();
    });
    request.on('error', reject);
    open.push(request);
  });
}

test('live views are limited a person, requests under way a client; what is closed makes room', async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => web.personOf('viewer')));
  const cookies = people.map(({ cookie }) => cookie);
  const fill = (cookie: string, count: number) =>
    Promise.all(Array.from({ length: count }, () => ask('/api/v1/stream', cookie)));

  const first = await fill(cookies[0] ?? '', MAX_STREAMS_A_PERSON);
  expect(first.every(({ status }) => status === 200)).toBe(true);
  expect((await ask('/api/v1/stream', cookies[0] ?? '')).status).toBe(429);
  // Others, and what is no stream, are not held up by it.
  expect((await ask('/api/v1/me', cookies[0] ?? '')).status).toBe(200);

  for (const cookie of cookies.slice(1, MAX_IN_FLIGHT / MAX_STREAMS_A_PERSON)) await fill(cookie, MAX_STREAMS_A_PERSON);
  const refused = await ask('/api/v1/me', cookies[4] ?? '');
  expect(refused).toEqual({ status: 429, retryAfter: '2' });
  // Whether the process lives is asked by machines, and must be answered also then.
  expect((await ask('/api/health', '')).status).toBe(200);

  for (const request of open.splice(0, 20)) request.destroy();
  await until(async () => (await ask('/api/v1/me', cookies[0] ?? '')).status === 200);
  await until(async () => (await ask('/api/v1/stream', cookies[0] ?? '')).status === 200);
});

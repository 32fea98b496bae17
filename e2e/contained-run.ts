import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { appRoutes } from '../lib/testing/app-rules';
import { fuzzTarget } from '../lib/testing/fuzz/target';
import { freePort } from '../workers/setup/free-port';
import { startPrivateRedis } from '../workers/setup/private-redis';
import { startProduct } from '../workers/setup/product';
import { PROJECT_FOLDER } from '../workers/setup/supervise';

/** What `e2e/contained.e2e.ts` reads from the last line of the output. */
export type ContainedReport = {
  /** Whether this network namespace has a route to anywhere. */
  hasRoute: boolean;
  /** What the product connected to and looked up, each once. */
  connects: string[];
  pages: number;
  requests: number;
  /** Secrets by name, and where they were found: an answer, a file of the build, the command line. */
  leaks: string[];
  secrets: Record<string, string>;
};

/** Everything that must never be told, each with a value that is nowhere else. */
const SECRETS = Object.fromEntries(
  ['secret', 'token', 'admin', 'redis', 'oidc'].map((name) => [
    name,
    `planted-${name}-${randomBytes(18).toString('hex')}`,
  ]),
) as Record<'secret' | 'token' | 'admin' | 'redis' | 'oidc', string>;

/** Runs the product with planted secrets, asks it for everything there is, and prints what it found. */
async function contained(): Promise<ContainedReport> {
  const redis = await startPrivateRedis();
  const folder = await mkdtemp(path.join(tmpdir(), 'tailback-contained-'));
  const connectsFile = path.join(folder, 'connects');
  await writeFile(connectsFile, '');
  const client = new Redis(redis.url);
  await client.call('ACL', 'SETUSER', 'tailback', 'on', `>${SECRETS.redis}`, '~*', '&*', '+@all');
  const queues = await fuzzTarget.fill(redis.url);
  await writeFile(
    path.join(folder, 'config.json'),
    JSON.stringify({
      oidc: { issuer: 'https://login.invalid/realm', clientId: 'tailback', defaultRole: 'viewer' },
      roles: [{ name: 'reports', grants: [{ queues: ['x-*'], actions: ['view'] }] }],
    }),
  );
  const product = startProduct({
    port: await freePort(),
    env: {
      REDIS_URL: `redis://tailback:${SECRETS.redis}@127.0.0.1:${redis.port}`,
      TAILBACK_CONFIG: path.join(folder, 'config.json'),
      TAILBACK_DATA_DIR: path.join(folder, 'data'),
      TAILBACK_SECRET: SECRETS.secret,
      TAILBACK_TOKEN: SECRETS.token,
      TAILBACK_ADMIN_EMAIL: 'admin@localhost',
      TAILBACK_ADMIN_PASSWORD: SECRETS.admin,
      TAILBACK_OIDC_CLIENT_SECRET: SECRETS.oidc,
      TAILBACK_LOG_LEVEL: 'trace',
      TAILBACK_TEST_CONNECTS: connectsFile,
      NODE_OPTIONS: `--import=${path.join(PROJECT_FOLDER, 'e2e/record-connects.mjs')}`,
    },
  });
  const leaks: string[] = [];
  const look = (where: string, text: string) => {
    for (const [name, value] of Object.entries(SECRETS)) if (text.includes(value)) leaks.push(`${name}: ${where}`);
  };
  let pages = 0;
  try {
    await product.ready(60_000);
    const authorization = `Bearer ${SECRETS.token}`;
    const ask = async (address: string, init: RequestInit = {}) => {
      const response = await fetch(product.url + address, { redirect: 'manual', ...init });
      look(address, `${JSON.stringify([...response.headers])} ${await response.text()}`);
      pages += 1;
    };
    for (const { address } of await appRoutes(PROJECT_FOLDER)) await ask(address, { headers: { authorization } });
    for (const address of [
      '/sign-in',
      '/metrics',
      '/api/auth/providers',
      '/api/auth/signin/oidc',
      '/arena/main/fuzz-bull',
    ])
      await ask(address, { headers: { authorization } });
    for (const part of [
      'audit/export?by=tokens&format=csv',
      'audit/export?by=tokens&format=ndjson',
      'people',
      'tokens',
      'brokers',
      'alerts',
      'me',
      'openapi.json',
    ])
      await ask(`/api/v1/${part}`, { headers: { authorization } });
    await ask('/api/v1/me', { headers: { authorization: `Bearer ${SECRETS.token}x` } });
    const told: string[] = [];
    const run = { url: product.url, token: SECRETS.token, seed: 8, count: 400, only: null, withPages: true } as const;
    const { requests, findings } = await fuzzTarget.run({ ...run, hear: (text) => told.push(text) });
    leaks.push(...findings);
    look('answers to hostile requests', told.join('\n'));
    for (const file of await filesIn(path.join(PROJECT_FOLDER, '.next'))) {
      const name = path.relative(PROJECT_FOLDER, file);
      // What the next build starts from, hundreds of megabytes that are not delivered.
      if (!name.startsWith(path.join('.next', 'cache'))) lookAtBuild(name, await readFile(file, 'latin1'), leaks);
    }
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)))
      look('a command line', await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
    const stored = await Promise.all((await client.keys('tailback:*')).map((key) => client.dumpBuffer(key)));
    look('the store', Buffer.concat(stored.map((one) => one ?? Buffer.alloc(0))).toString('latin1'));
    const connects = [...new Set((await readFile(connectsFile, 'utf8')).split('\n').filter(Boolean))].sort();
    const routes = (await readFile('/proc/net/route', 'utf8')).trim().split('\n').slice(1);
    return { hasRoute: routes.length > 0, connects, pages, requests, leaks, secrets: SECRETS };
  } finally {
    await Promise.all(queues.map((queue) => queue.close()));
    client.disconnect();
    await product.stop();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** No part of the build holds what was planted when it was made; what browsers load holds no code that only a server has. */
function lookAtBuild(file: string, text: string, leaks: string[]): void {
  const isForBrowsers = file.startsWith(path.join('.next', 'static'));
  for (const word of ['planted-', ...(isForBrowsers ? ['passwordHash', 'scrypt', 'createHmac'] : [])])
    if (text.includes(word)) leaks.push(`${word}: ${file}`);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

const report = await contained();
process.stdout.write(`\nREPORT ${JSON.stringify(report)}\n`);
process.exit(0);

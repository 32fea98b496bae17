import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test as base, type Page } from '@playwright/test';
import { buildIfNeeded } from '../workers/setup/build-if-needed';
import { freePort } from '../workers/setup/free-port';
import { startPrivateRedis, type PrivateRedis } from '../workers/setup/private-redis';
import { startProduct } from '../workers/setup/product';
import { startWebhookReceiver, type Received } from '../lib/testing/webhook-receiver';

export { expect };

/** Tailback as people run it, on a Redis of its own; the same one for all tests of a run. */
export type TestProduct = {
  url: string;
  /** The watched Redis, source name `main`; it is also the store. Fill it with real Bull and BullMQ queues. */
  redisUrl: string;
  redis: { host: string; port: number };
  admin: { email: string; password: string };
  /** API token with the admin role. */
  token: string;
  /** `TAILBACK_DATA_DIR`. */
  dataDir: string;
  /** The product's configuration, for commands such as `workers/users.ts`. */
  env: Readonly<Record<string, string>>;
  /** What the product has posted to its webhook channel. */
  webhooks: readonly Received[];
  /** Calls the API with the token; the path starts with `/api/`. */
  api(path: string, init?: RequestInit): Promise<Response>;
};

/** `product`: started before the first test that asks for it. `signedIn`: a page of the admin, on the overview. */
export const test = base.extend<{ signedIn: Page }, { product: TestProduct }>({
  product: [
    // Playwright reads the names of the fixtures that this one needs from the pattern: none.
    async ({}, use) => {
      const { product, stop } = await startTestProduct();
      await use(product);
      await stop();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  signedIn: async ({ page, product }, use) => {
    await signIn(page, product, product.admin);
    await use(page);
  },
});

/** Signs in through the sign-in page and waits for the overview. */
export async function signInByForm(
  page: Page,
  product: TestProduct,
  { email, password }: TestProduct['admin'],
): Promise<void> {
  await page.goto(`${product.url}/sign-in`);
  await page.getByLabel(/e-?mail/i).fill(email);
  await page.getByLabel(/password/i).fill(password);
  await page.getByRole('button', { name: /sign in/i }).click();
  await page.waitForURL(`${product.url}/`);
}

/** Signs in with the requests that the form makes, and opens the overview. */
export async function signIn(
  page: Page,
  { url }: TestProduct,
  { email, password }: TestProduct['admin'],
): Promise<void> {
  const { csrfToken } = (await (await page.request.get(`${url}/api/auth/csrf`)).json()) as { csrfToken: string };
  const answer = await page.request.post(`${url}/api/auth/callback/credentials`, {
    form: { csrfToken, email, password, json: 'true' },
    maxRedirects: 0,
  });
  if (answer.status() !== 200) throw new Error(`${email} does not come in: ${answer.status()} ${await answer.text()}`);
  await page.goto(`${url}/`);
}

/** Rules for all tests; the second one fires early, for queues made for it. */
const ALERTS = [
  { name: 'Backlog over 1,000', metric: 'backlog', above: 1000, clearBelow: 800, severity: 'critical' },
  { name: 'Short queue is full', queues: 'alert-*', metric: 'backlog', above: 5, clearBelow: 2, severity: 'critical' },
];

type TestProductOptions = {
  /** Its source and store, ended by whoever started it; without, one of its own. */
  redis?: PrivateRedis;
  port?: number;
  /** More of the configuration file, and of the environment. */
  file?: Record<string, unknown>;
  env?: Record<string, string>;
};

/** Starts a product for tests. */
export async function startTestProduct({
  redis: given,
  port: chosen,
  file = {},
  env: more = {},
}: TestProductOptions = {}): Promise<{
  product: TestProduct;
  stop: () => Promise<void>;
}> {
  await buildIfNeeded();
  const redis = given ?? (await startPrivateRedis());
  const receiver = await startWebhookReceiver();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-e2e-'));
  const port = chosen ?? (await freePort());
  const admin = { email: 'admin@localhost', password: randomBytes(12).toString('base64url') };
  const token = randomBytes(24).toString('base64url');
  const configFile = path.join(dataDir, 'tailback.config.json');
  await writeFile(
    configFile,
    JSON.stringify({
      sources: [{ name: 'main', url: redis.url }],
      alerts: ALERTS,
      alertCheckSeconds: 1,
      channels: [{ kind: 'webhook', url: receiver.url, allow: ['127.0.0.1'] }],
      elevations: [{ role: 'viewer', to: 'operator', minutes: 30 }],
      ...file,
    }),
  );
  const env = {
    TAILBACK_CONFIG: configFile,
    TAILBACK_DATA_DIR: path.join(dataDir, 'data'),
    TAILBACK_ADMIN_EMAIL: admin.email,
    TAILBACK_ADMIN_PASSWORD: admin.password,
    TAILBACK_TOKEN: token,
    TAILBACK_LOG_LEVEL: 'warn',
    ...more,
  };
  const running = startProduct({ port, env, onRestart: (line) => console.error(line) });
  const stop = async () => {
    await running.stop();
    await receiver.down();
    if (!given) await redis.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await running.ready(60_000);
  } catch (error) {
    await stop();
    throw error;
  }
  const api = (address: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${token}`);
    return fetch(`${running.url}${address}`, { ...init, headers });
  };
  const redisAddress = { host: '127.0.0.1', port: redis.port };
  const product = {
    url: running.url,
    redisUrl: redis.url,
    redis: redisAddress,
    admin,
    token,
    dataDir: env.TAILBACK_DATA_DIR,
    env,
    webhooks: receiver.received,
    api,
  };
  return { product, stop };
}

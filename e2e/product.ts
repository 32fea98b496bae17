import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test as base, type Page } from '@playwright/test';
import { buildIfNeeded } from '../workers/setup/build-if-needed';
import { freePort } from '../workers/setup/free-port';
import { startPrivateRedis } from '../workers/setup/private-redis';
import { startProduct } from '../workers/setup/product';

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
export async function signIn(
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

async function startTestProduct(): Promise<{ product: TestProduct; stop: () => Promise<void> }> {
  await buildIfNeeded();
  const redis = await startPrivateRedis();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-e2e-'));
  const port = await freePort();
  const admin = { email: 'admin@localhost', password: randomBytes(12).toString('base64url') };
  const token = randomBytes(24).toString('base64url');
  const configFile = path.join(dataDir, 'tailback.config.json');
  await writeFile(configFile, JSON.stringify({ sources: [{ name: 'main', url: redis.url }], alertCheckSeconds: 1 }));
  const env = {
    TAILBACK_CONFIG: configFile,
    TAILBACK_DATA_DIR: path.join(dataDir, 'data'),
    TAILBACK_ADMIN_EMAIL: admin.email,
    TAILBACK_ADMIN_PASSWORD: admin.password,
    TAILBACK_TOKEN: token,
    TAILBACK_LOG_LEVEL: 'warn',
  };
  const running = startProduct({ port, env, onRestart: (line) => console.error(line) });
  const stop = async () => {
    await running.stop();
    await redis.stop();
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
    api,
  };
  return { product, stop };
}

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Browser, Page } from '@playwright/test';
import type { Role } from '../lib/domain/permissions';
import { signIn, type TestProduct } from './product';

/** Runs `npm run users`, as admins do. */
export async function usersCommand(product: TestProduct, args: readonly string[], stdin = ''): Promise<void> {
  const running = promisify(execFile)(process.execPath, ['--import', 'tsx', 'workers/users.ts', ...args], {
    env: { NODE_ENV: 'production', PATH: process.env['PATH'], ...product.env },
  });
  running.child.stdin?.end(stdin);
  await running;
}

/** A new person with a role, who can sign in at once. */
export async function addPerson(product: TestProduct, role: Role): Promise<TestProduct['admin']> {
  const email = `${role}-${randomBytes(4).toString('hex')}@localhost`;
  const password = randomBytes(12).toString('base64url');
  const answer = await product.api('/api/v1/people', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, role, password }),
  });
  if (answer.status !== 201) throw new Error(`no person is added: ${answer.status} ${await answer.text()}`);
  return { email, password };
}

/** A second browser of the same or another person, signed in. Close its context afterwards. */
export async function otherBrowser(browser: Browser, product: TestProduct, person = product.admin): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, product, person);
  return page;
}

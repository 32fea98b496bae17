import path from 'node:path';
import { appRoutes, APP_RULES } from '../lib/testing/app-rules';
import { addPerson } from './people';
import { expect, signIn, test } from './product';

const CLOSED = 'This screen is not open to you';

for (const role of ['viewer', 'operator', 'admin'] as const)
  test(`every page that there is opens to the role ${role}, or says that it does not`, async ({ page, product }) => {
    await signIn(page, product, role === 'admin' ? product.admin : await addPerson(product, role));
    const routes = await appRoutes(path.resolve(import.meta.dirname, '..'));
    const pages = routes.filter(({ file }) => file.endsWith('/page.tsx'));
    expect(pages.length).toBeGreaterThan(10);
    for (const { file, address } of pages) {
      const answer = await page.request.get(`${product.url}${address}`);
      const isOpen = APP_RULES[file] !== 'administer' || role === 'admin';
      expect.soft((await answer.text()).includes(CLOSED), `${file} is closed`).toBe(!isOpen);
      expect.soft(answer.status(), file).toBeLessThan(500);
    }
  });

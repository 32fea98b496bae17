import Bull from 'bull';
import type { Frame, Page } from '@playwright/test';
import { expect, test } from './product';

const HOSTILE = '<img src=x onerror="document.title=\'ran\'"><script>document.title="ran"</script>';

async function arenaFrame(page: Page): Promise<Frame> {
  const inArena = () => page.frames().find((frame) => frame.url().includes('/arena/c/'));
  await expect.poll(() => inArena()?.url(), { timeout: 15_000 }).toBeTruthy();
  return inArena() as Frame;
}

test('Arena shows a new queue without its job text running, cut off from our origin, and can act', async ({
  signedIn: page,
  product,
}) => {
  const queue = new Bull('arena-e2e', { redis: product.redis });
  await queue.add(HOSTILE, { name: HOSTILE, html: `</script>${HOSTILE}` }, { jobId: '1' });
  await expect
    .poll(async () => (await product.api('/api/v1/queues')).text(), { timeout: 30_000 })
    .toContain('arena-e2e');

  await page.goto(`${product.url}/arena`);
  const frame = await arenaFrame(page);
  const home = frame.url();
  for (const part of ['main/arena-e2e/waiting', 'main/arena-e2e/1']) {
    await frame.goto(home + part);
    await expect(frame.locator('body')).toContainText('onerror');
    expect(await frame.title()).toBe('Arena');
  }

  // Even text that got into the page as HTML stays text without the nonce.
  const ran = await frame.evaluate(async () => {
    document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="document.title=\'ran\'">');
    const script = document.createElement('script');
    script.textContent = 'document.title = "ran"';
    document.body.append(script);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return document.title;
  });
  expect(ran).toBe('Arena');
  const reached = await frame.evaluate(() =>
    [() => document.cookie, () => window.parent.document.title].map((reach) => {
      try {
        return reach();
      } catch (error) {
        return (error as Error).name;
      }
    }),
  );
  expect(reached).toEqual(['SecurityError', 'SecurityError']);

  page.on('dialog', (dialog) => void dialog.accept());
  await frame.goto(`${home}main/arena-e2e`);
  await frame.locator('.js-pause-queue').click();
  await expect(frame.locator('.js-resume-queue')).toBeVisible();
  expect(await queue.isPaused()).toBe(true);
  await expect.poll(async () => (await product.api('/api/v1/audit')).text()).toContain('arena: pause queue');
  await queue.close();
});

import { toJobSegment } from '../lib/domain/job-segment';
import { HOSTILE, HOSTILE_NAME, hasRun, hostileQueues, hostileWords, watchPage, type Watch } from './hostile';
import { expect, signIn, startTestProduct, test as base, type TestProduct } from './product';
import { snapshotSchema, type Queue } from '../lib/domain/queue';

// A product of its own: hostile names would stand in the way of other tests.
const test = base.extend<object, { hostile: { product: TestProduct; bull: Queue; bullMq: Queue } }>({
  hostile: [
    async ({}, use) => {
      const { product, stop } = await startTestProduct({
        env: { TAILBACK_ENVIRONMENT: `prod ${HOSTILE_NAME}` },
        file: {
          alerts: [{ name: HOSTILE.slice(0, 200), metric: 'failed', above: 0, severity: 'critical' }],
          roles: [{ name: 'reports', grants: [{ queues: [HOSTILE_NAME], actions: ['retry'] }] }],
        },
      });
      const queues = await hostileQueues(product);
      const find = async (name: string) =>
        snapshotSchema
          .parse(await (await product.api('/api/v1/queues')).json())
          .queues.find(({ id, counts }) => id.name === name && (counts.failed ?? 0) > 0 && (counts.completed ?? 0) > 0);
      await expect
        .poll(async () => (await find(queues.bull)) && (await find(queues.bullMq)), { timeout: 30_000 })
        .toBeTruthy();
      const [bull, bullMq] = [(await find(queues.bull)) as Queue, (await find(queues.bullMq)) as Queue];
      await expect
        .poll(async () => (await (await product.api('/api/v1/failures')).text()).includes('onerror'), {
          timeout: 30_000,
        })
        .toBe(true);
      await hostileWords(product, bullMq.key);
      await use({ product, bull, bullMq });
      await queues.close();
      await stop();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
});

/** Screens on which no such text is shown, and lists of states in which no job may be. */
const MAY_BE_WITHOUT = /^\/(?:%|brokers|account|settings\?part=tokens|queues\/.*state=(?:active|delayed|waiting))/;
const STATES = ['waiting', 'active', 'delayed', 'completed', 'failed'] as const;

test('no text of a job, queue, worker, scheduler, note, rule, mark or error runs on any of our screens', async ({
  page,
  hostile: { product, bull, bullMq },
}) => {
  test.setTimeout(120_000);
  const watch = await watchPage(page, product);
  await page.goto(
    `${product.url}/sign-in?next=${encodeURIComponent(`/?q=${HOSTILE}`)}&error=${encodeURIComponent(HOSTILE)}`,
  );
  await check(page, watch);
  await signIn(page, product, product.admin);
  const failed = (await (await product.api('/api/v1/failures')).json()) as { groups: { fingerprint: string }[] };
  const screens = [
    '/',
    `/?q=${encodeURIComponent(HOSTILE)}`,
    ...[bull, bullMq].flatMap(({ key, id }) => [
      `/queues/${key}`,
      ...(key === bull.key ? (['failed'] as const) : STATES).map((state) => `/queues/${key}/jobs?state=${state}`),
      `/queues/${key}/jobs?state=failed&q=${encodeURIComponent(`"${HOSTILE_NAME}`)}`,
      ...['good', 'bad'].map((word) => {
        const job = id.name.startsWith('bull ') ? `${word} ${HOSTILE_NAME}` : `${word}-${HOSTILE_NAME}`;
        return `/queues/${key}/jobs/${toJobSegment(job)}`;
      }),
    ]),
    `/queues/${bullMq.key}/jobs?state=waiting-children`,
    `/queues/${bullMq.key}/jobs/parent`,
    `/queues/${bullMq.key}/jobs/open`,
    '/failures',
    ...failed.groups.slice(0, 2).map(({ fingerprint }) => `/failures/${fingerprint}`),
    '/schedulers',
    '/workers',
    '/alerts',
    '/operations',
    '/brokers',
    '/audit',
    '/audit?by=tokens',
    '/settings',
    '/settings?part=tokens',
    '/settings?part=roles',
    '/account',
    `/${encodeURIComponent(HOSTILE)}`,
  ];
  for (const screen of screens) {
    await page.goto(product.url + screen);
    await expect(page.getByRole('heading').first()).toBeVisible();
    // Hostile text has to be there to prove anything.
    if (!MAY_BE_WITHOUT.test(screen)) await expect(page.locator('body'), screen).toContainText('onerror');
    // What loads or fails to load does so in another turn; dialogs and requests are kept until the end in any case.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
    await check(page, watch);
  }

  await page.goto(`${product.url}/queues/${bull.key}/jobs?state=failed`);
  await page.getByRole('row').nth(1).click();
  await expect(page.getByRole('dialog')).toContainText('onerror');
  await check(page, watch);
  await page.goto(product.url);
  await page.getByRole('button', { name: /Go to a queue or screen/ }).click();
  await page.keyboard.type('<img');
  await expect(page.getByRole('option').first()).toContainText('onerror');
  await check(page, watch);

  // Were there a place that made HTML of text, or loaded a script from anywhere but the build, it would not get through.
  const refused = await page.evaluate(() =>
    [
      () => (document.createElement('p').innerHTML = '<b>bold</b>'),
      () => (document.createElement('script').textContent = 'window.ran = 1'),
      () => (document.createElement('script').src = '/api/v1/me'),
      () => (document.createElement('script').src = '/_next/static/x.js'),
    ].map((attempt) => {
      try {
        attempt();
        return 'done';
      } catch (error) {
        return (error as Error).name;
      }
    }),
  );
  expect(refused).toEqual(['TypeError', 'TypeError', 'TypeError', 'done']);
});

test('nor in Bull Arena', async ({ page, hostile: { product, bull } }) => {
  const watch = await watchPage(page, product);
  await signIn(page, product, product.admin);
  await page.goto(`${product.url}/arena`);
  const frame = () => page.frames().find((one) => one.url().includes('/arena/c/'));
  await expect.poll(() => frame()?.url(), { timeout: 15_000 }).toBeTruthy();
  const home = frame()?.url() ?? '';
  const name = encodeURIComponent(bull.id.name);
  for (const part of [
    '',
    `main/${name}`,
    ...STATES.map((state) => `main/${name}/${state}`),
    ...['good', 'bad'].map((id) => `main/${name}/${encodeURIComponent(`${id} ${HOSTILE_NAME}`)}`),
  ]) {
    await frame()?.goto(home + part);
    await expect(frame()?.locator('body') ?? page.locator('nothing')).toContainText('onerror');
    await check(page, watch);
  }
});

async function check(page: Parameters<typeof hasRun>[0], watch: Watch): Promise<void> {
  expect(await hasRun(page), page.url().slice(0, 100)).toBe(false);
  expect(watch.findings).toEqual([]);
}

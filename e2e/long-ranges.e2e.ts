import { Redis } from 'ioredis';
import { fillHistory } from '../workers/bench/fill-history';
import { expect, test } from './product';
import { openQueue, untilQueue } from './queues';

test('thirty days show what happened in them, beside the week before', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bullmq', 'weeks');
  await queue.add('job', {}, { delay: 86_400_000 });
  const { key } = await untilQueue(product, queue, ({ counts }) => counts.delayed === 1);
  const store = new Redis(product.redisUrl);
  await fillHistory(store, { source: 'main', queueKey: key, until: Date.now(), days: 45, perSecond: 1 });
  store.disconnect();

  await page.goto(`${product.url}/queues/${key}?range=30d`);
  const chart = (name: RegExp) => page.getByRole('figure', { name });
  await expect(chart(/Depth/)).toHaveAccessibleDescription(/waiting: last .* highest 4,\d{3}/, { timeout: 20_000 });
  // A backlog that was worked off shows as an age too.
  await expect(chart(/Depth/)).toHaveAccessibleDescription(/oldest: last .*, highest 1\d m/);
  await expect(chart(/Stalled/)).toHaveAccessibleDescription(/stalled: .*highest [1-9]/i);
  await expect(chart(/Run time\b/)).toHaveAccessibleDescription(/p95: .*highest \d/i);
  const recharts = chart(/Throughput/)
    .locator('.recharts-surface')
    .first();
  await expect(recharts).toBeVisible();
  // The night in which nobody looked is hatched.
  await expect(page.locator('.recharts-reference-area path[fill="url(#gap-hatch)"]').first()).toBeAttached();
  // Runs of two kinds are told as such.
  await expect(page.getByText(/groups: \d+ % around/).first()).toBeVisible();

  await page.goto(`${product.url}/queues/${key}?range=7d&compare=week`);
  await expect(page.getByText(/week before/).first()).toBeVisible();
  await expect(chart(/Throughput/)).toHaveAccessibleDescription(/completed: .*highest [1-9]/i, { timeout: 20_000 });
});

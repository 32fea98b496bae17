import { expect, test } from 'vitest';
import { startCluster } from './cluster';
import { startSentinel } from './sentinel';

test('sentinels name another master when it crashes, and the old one comes back as a replica', async () => {
  const sentinel = await startSentinel({ replicas: 1 });
  try {
    const client = sentinel.client();
    await client.set('a', '1');
    await client.wait(1, 1_000);
    const { from, to } = await sentinel.failOver();
    expect(await to.client().get('a')).toBe('1');
    await from.start();
    expect(await sentinel.master()).toBe(to);
  } finally {
    await sentinel.close();
  }
});

test('a Cluster moves a slot with its keys, and gives the slots of a dead master to its replica', async () => {
  const cluster = await startCluster({ replicas: 1 });
  try {
    const client = cluster.client();
    for (let n = 0; n < 50; n += 1) await client.set(`{x}${n}`, n);
    const owner = await cluster.masterOf('{x}');
    const other = (await cluster.masters()).find((server) => server !== owner);
    await cluster.moveSlot('{x}', other ?? owner);
    expect(await cluster.masterOf('{x}')).toBe(other);
    expect(await client.get('{x}49')).toBe('49');
    const { to } = await cluster.failOver('{y}');
    expect(await cluster.masterOf('{y}')).toBe(to);
    await client.set('{y}', '1');
  } finally {
    await cluster.close();
  }
});

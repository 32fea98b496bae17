import { expect, test } from 'vitest';
import { startCluster } from '../testing/cluster';
import { silentLog, until } from '../testing/looker';
import { connectStore } from './connect-store';
import { keys, layOutStore } from './keys';
import { Lease } from './lease';

test('in a Cluster all of our keys begin with tailback: and lie in one slot, so that steps over several hold', async () => {
  const cluster = await startCluster();
  const store = connectStore(cluster.url, { name: 'test', log: silentLog });
  try {
    await until(() => store.status === 'ready');
    const lease = new Lease(store);
    await until(() => lease.hold().catch(() => false));
    await lease.write([
      ['SET', keys.liveMeta, 'meta'],
      ['HSET', keys.cursors('main'), 'queue', '1-0'],
      ['ZADD', keys.openChunks, 1, 'chunk'],
    ]);
    expect(await store.mget(keys.liveMeta, keys.liveBrokers)).toEqual(['meta', null]);
    const found: string[][] = [];
    for (const master of await cluster.masters()) found.push(await master.client().keys('*'));
    const [all = [], ...others] = found.filter((list) => list.length > 0);
    expect(others).toEqual([]);
    expect(all.every((key) => key.startsWith('tailback:{store}:'))).toBe(true);
    expect(all).toHaveLength(5);
  } finally {
    layOutStore(false);
    store.disconnect();
    await cluster.close();
  }
});

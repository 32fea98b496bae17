import type { Drill } from '../drill';
import { pause } from '../../../lib/testing/processes';

let isOn = true;

export const memoryGrowth: Drill = {
  name: 'memory-growth',
  what: 'a queue fills a small Redis fast: it is full within minutes',
  expects: 'memory-near-limit',
  alsoTrue: ['oversized-payloads', 'under-provisioned', 'burst'],
  calmMs: 8_000,
  prepare: async (stage) => {
    const used = Number(/used_memory:(\d+)/.exec(await stage.redis.info('memory'))?.[1]);
    await stage.redis.config('SET', 'maxmemory', String(used + 120_000_000));
    await stage.worker('blob', { does: { runMs: 200 } });
    stage.produce('blob', 2);
  },
  begin: async (stage) => {
    const data = { text: 'y'.repeat(30_000) };
    void (async () => {
      while (isOn) {
        await stage.addMany('blob', 50, { data }).catch(() => undefined);
        await pause(500);
      }
    })();
  },
  end: async (stage) => {
    isOn = false;
    await stage.redis.config('SET', 'maxmemory', '2gb');
  },
};

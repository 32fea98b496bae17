import type { Drill } from '../drill';

export const memory: Drill = {
  name: 'memory',
  what: 'Redis is nearly full, and a queue grows',
  expects: 'memory-near-limit',
  calmMs: 8_000,
  prepare: async (stage) => {
    await stage.worker('feed', { does: { runMs: 20 } });
    stage.produce('feed', 5);
  },
  begin: async (stage) => {
    const used = Number(/used_memory:(\d+)/.exec(await stage.redis.info('memory'))?.[1]);
    await stage.redis.config('SET', 'maxmemory', String(Math.round(used / 0.93)));
  },
  end: async (stage) => {
    await stage.redis.config('SET', 'maxmemory', '512mb');
  },
};

import type { Drill } from '../drill';

export const eviction: Drill = {
  name: 'eviction',
  what: 'Redis is set to evict keys',
  expects: 'eviction-policy',
  isQuick: true,
  calmMs: 8_000,
  prepare: async (stage) => {
    await stage.worker('feed', { does: { runMs: 20 } });
    stage.produce('feed', 5);
  },
  begin: async (stage) => {
    await stage.redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  },
  end: async (stage) => {
    await stage.redis.config('SET', 'maxmemory-policy', 'noeviction');
  },
};

import type { Drill } from '../drill';

export const concurrency: Drill = {
  name: 'concurrency',
  what: 'the queue may run two jobs at once over all workers',
  expects: 'concurrency-limited',
  isBullMqOnly: true,
  calmMs: 15_000,
  prepare: async (stage) => {
    await stage.workers(3, 'thumb', { concurrency: 4, does: { runMs: 100 } });
    stage.produce('thumb', 40);
  },
  begin: async (stage) => {
    await stage.redis.hset(stage.key('thumb', 'meta'), 'concurrency', 2);
  },
  end: async (stage) => {
    await stage.redis.hdel(stage.key('thumb', 'meta'), 'concurrency');
  },
};

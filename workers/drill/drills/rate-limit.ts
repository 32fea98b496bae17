import type { Drill } from '../drill';

export const rateLimit: Drill = {
  name: 'rate-limit',
  what: 'the queue’s own rate limit is set too low',
  expects: 'rate-limited',
  isBullMqOnly: true,
  calmMs: 15_000,
  prepare: async (stage) => {
    await stage.worker('sms', { concurrency: 10, does: { runMs: 20 } });
    stage.produce('sms', 20);
  },
  begin: async (stage) => {
    await stage.redis.hset(stage.key('sms', 'meta'), { max: 5, duration: 1_000 });
  },
  end: async (stage) => {
    await stage.redis.hdel(stage.key('sms', 'meta'), 'max', 'duration');
    await stage.redis.del(stage.key('sms', 'limiter'));
  },
};

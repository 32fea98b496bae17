import type { Drill } from '../drill';

export const brokenScheduler: Drill = {
  name: 'broken-scheduler',
  what: 'the next job of a scheduler is removed: it never fires again',
  expects: 'scheduler-missed',
  calmMs: 12_000,
  prepare: async (stage) => {
    await stage.worker('cron', { does: { runMs: 20 } });
    await stage.queue('cron').schedule('tick', { every: 5_000 }, 'tick', {});
  },
  begin: async (stage) => {
    const ids = await stage.redis.zrange(stage.key('cron', 'delayed'), 0, -1);
    // One that its worker has just taken is left alone.
    for (const id of ids)
      if ((await stage.redis.zrem(stage.key('cron', 'delayed'), id)) === 1)
        await stage.redis.del(stage.key('cron', id));
  },
  end: async (stage) => {
    await stage.queue('cron').schedule('tick', { every: 5_000, limit: 100_000 }, 'tick', {});
  },
};

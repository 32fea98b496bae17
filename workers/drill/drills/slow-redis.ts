import type { Drill } from '../drill';
import { pause } from '../../../lib/testing/processes';

/** Keeps the server busy for ARGV[1] µs, as a script that goes through too much does. */
const BUSY = `
  local function now() local t = redis.call('TIME') return t[1] * 1000000 + t[2] end
  local from = now()
  while now() - from < tonumber(ARGV[1]) do end`;
let isOn = false;

export const slowRedis: Drill = {
  name: 'slow-redis',
  what: 'Redis is busy with other things for seconds, again and again',
  expects: 'broker-slow',
  calmMs: 8_000,
  prepare: async (stage) => {
    await stage.worker('feed', { concurrency: 5, does: { runMs: 20 } });
    stage.produce('feed', 10);
  },
  begin: async (stage) => {
    isOn = true;
    void (async () => {
      while (isOn) {
        await stage.redis.eval(BUSY, 0, 1_500_000);
        await pause(4_000);
      }
    })();
  },
  end: async () => {
    isOn = false;
  },
};

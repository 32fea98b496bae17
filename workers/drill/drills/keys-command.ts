import type { Drill } from '../drill';
import { pause } from '../../../lib/testing/processes';

let isOn = false;

export const keysCommand: Drill = {
  name: 'keys-command',
  what: 'a program goes through all keys again and again: each call takes a fraction of a second',
  expects: 'broker-slow',
  alsoTrue: ['slow-handler'],
  calmMs: 8_000,
  prepare: async (stage) => {
    await stage.redis.eval("for i = 1, 600000 do redis.call('SET', 'app:session:' .. i, 'x') end", 0);
    await stage.worker('mailer', { concurrency: 5, does: { runMs: 20 } });
    stage.produce('mailer', 10);
  },
  begin: async (stage) => {
    isOn = true;
    void (async () => {
      while (isOn) {
        await stage.redis.keys('app:session:*77').catch(() => undefined);
        await pause(20);
      }
    })();
  },
  end: async () => {
    isOn = false;
  },
};

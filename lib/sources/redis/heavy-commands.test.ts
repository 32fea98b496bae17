import { expect, test } from 'vitest';
import { HeavyCommands } from './heavy-commands';

const stats = (calls: number, usec: number) =>
  `# Commandstats\r\ncmdstat_get:calls=${calls * 900},usec=${calls * 900},usec_per_call=1.00\r\ncmdstat_keys:calls=${calls},usec=${usec},usec_per_call=1.0,rejected_calls=0\r\n`;

test('the command with long calls that took most of the time is named', () => {
  const heavy = new HeavyCommands();
  heavy.take(stats(10, 1_000_000), 0);
  expect(heavy.heaviest()).toBeNull();
  heavy.take(stats(30, 4_000_000), 5_000);
  expect(heavy.heaviest()).toEqual({ command: 'KEYS', share: 0.6, callMs: 150 });
});

test('short calls need nobody, however many, and what is long ago is forgotten', () => {
  const heavy = new HeavyCommands();
  heavy.take(stats(0, 0), 0);
  heavy.take(stats(10_000, 4_000_000), 5_000);
  expect(heavy.heaviest()).toBeNull();
  const once = new HeavyCommands();
  once.take(stats(0, 0), 0);
  for (let at = 5_000; at <= 30_000; at += 5_000) once.take(stats(1, 3_000_000), at);
  expect(once.heaviest()).toBeNull();
});

test('a broker that was restarted begins anew', () => {
  const heavy = new HeavyCommands();
  heavy.take(stats(500, 90_000_000), 0);
  heavy.take(stats(1, 40_000), 5_000);
  expect(heavy.heaviest()).toBeNull();
});

import { expect, test } from 'vitest';
import { emptySilence, toSilence } from './silence-fields';

const NOW = 1_795_511_400_000;
const filled = { ...emptySilence('mail*', '', 'Europe/Berlin'), reason: 'migration' };

test('once, from now on', () =>
  expect(toSilence({ ...filled, lasting: '30m' }, NOW).silence).toEqual({
    queues: ['mail*'],
    reason: 'migration',
    window: { kind: 'once', from: NOW, to: NOW + 1_800_000 },
  }));

test('again and again, for some rules and severities', () =>
  expect(
    toSilence({ ...filled, kind: 'cron', rules: 'Backlog*', upTo: 'warning', except: 'mail-vip' }, NOW).silence,
  ).toEqual({
    queues: ['mail*'],
    except: ['mail-vip'],
    rules: ['Backlog*'],
    upTo: 'warning',
    reason: 'migration',
    window: { kind: 'cron', pattern: '0 2 * * 6', minutes: 120, timeZone: 'Europe/Berlin' },
  }));

test.each([
  { changes: { reason: ' ' }, field: 'reason' },
  { changes: { queues: '' }, field: 'queues' },
  { changes: { lasting: 'long' }, field: 'lasting' },
  { changes: { from: 'tomorrow' }, field: 'from' },
  { changes: { kind: 'cron' as const, timeZone: 'Berlin' }, field: 'timeZone' },
])('what is wrong stands at its field: $changes', ({ changes, field }) =>
  expect(Object.keys(toSilence({ ...filled, ...changes }, NOW).errors ?? {})).toContain(field),
);

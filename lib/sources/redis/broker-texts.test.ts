import { expect, test } from 'vitest';
import { parseCommandstats } from './own-cost';
import { bullMqMajor, isBullMqVersion, whyNotWritable } from './versions';
import { parseClientList } from './worker-list';

test('workers are counted by queue, in this database only, and other databases are remembered', () => {
  const name = Buffer.from('mail').toString('base64');
  const line = (clientName: string, db: number) =>
    `id=1 addr=127.0.0.1:1 laddr=127.0.0.1:2 fd=8 name=${clientName} age=1 db=${db} sub=0 cmd=bzpopmin user=default`;
  const list = [
    line(`bull:${name}`, 1),
    line(`bull:${name}:w:two`, 1),
    line(`bull:${name}:qe`, 1),
    line(`bull:${name}`, 11),
    line('', 1),
    '',
  ].join('\n');
  const workers = parseClientList(list, 1);
  expect(workers.byBase).toEqual(new Map([['bull:mail', 2]]));
  expect(workers.elsewhere).toEqual(new Set(['bull:mail']));
  expect(workers.clients).toBe(5);
});

test('microseconds a call by command; a subcommand stands for its command', () => {
  const text = [
    '# Commandstats',
    'cmdstat_xread:calls=5,usec=50,usec_per_call=10.00,rejected_calls=0',
    'cmdstat_client|list:calls=1,usec=9,usec_per_call=9.50,rejected_calls=0',
    'cmdstat_client|setname:calls=1,usec=1,usec_per_call=1.00,rejected_calls=0',
  ].join('\r\n');
  expect(parseCommandstats(text)).toEqual(
    new Map([
      ['xread', 10],
      ['client', 9.5],
    ]),
  );
  expect(parseCommandstats('')).toEqual(new Map());
});

test('only versions whose scripts we carry are written to', () => {
  expect(whyNotWritable('bullmq:5.81.5')).toBeNull();
  expect(whyNotWritable('bullmq:6.7.0')).toBeNull();
  for (const version of ['bullmq:4.18.2', 'bullmq:7.0.0', 'bullmq-pro:7.1.0', 'bullmq:60.1.0', null])
    expect(whyNotWritable(version)).not.toBeNull();
  expect(bullMqMajor('bullmq-pro:6.1.0')).toBeNull();
  expect(isBullMqVersion('1.2')).toBe(false);
  expect(isBullMqVersion('bullmq-pro:6.1.0')).toBe(true);
});

import { expect, test } from 'vitest';
import { parseClientList } from './worker-list';

const name = (queue: string, worker = '') => `bull:${Buffer.from(queue).toString('base64')}${worker}`;
const line = (id: number, clientName: string, db = 0, more = '') =>
  `id=${id} addr=10.0.0.7:${50_000 + id} laddr=10.0.0.1:6379 fd=9 name=${clientName} age=61 idle=3 flags=b db=${db} sub=0 multi=-1 cmd=bzpopmin user=default redir=-1 resp=2${more}`;

test('who is connected, since when, and doing what', () => {
  const { list, byBase, clients } = parseClientList(
    [
      line(1, name('mails', ':w:mailer-1'), 0, ' lib-name=ioredis lib-ver=5.4.1'),
      line(2, name('mails')),
      line(3, ''),
    ].join('\n'),
    0,
  );
  expect(list[0]).toEqual({
    base: 'bull:mails',
    id: '1',
    name: 'mailer-1',
    address: '10.0.0.7:50001',
    ageMs: 61_000,
    idleMs: 3_000,
    lastCommand: 'bzpopmin',
    isWaiting: true,
    client: 'ioredis 5.4.1',
  });
  expect(list[1]).toMatchObject({ name: null, client: null });
  expect({ workers: byBase.get('bull:mails'), clients, listed: list.length }).toEqual({
    workers: 2,
    clients: 3,
    listed: 2,
  });
});

test('other databases are not listed, and long names are cut', () => {
  const { list } = parseClientList(
    `${line(1, name('mails'), 3)}\n${line(2, name('mails', `:w:${'x'.repeat(5_000)}`))}`,
    0,
  );
  expect(list.map(({ id, name: worker }) => [id, worker?.length])).toEqual([['2', 200]]);
});

test('a worker cannot pass itself off as another by its name', () => {
  const { list } = parseClientList(line(1, name('mails', ':w:x,addr=6.6.6.6:1')), 0);
  expect(list).toMatchObject([{ address: '10.0.0.7:50001', name: 'x,addr=6.6.6.6:1' }]);
});

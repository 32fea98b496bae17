import { expect, test } from 'vitest';
import type { SourceWorkers, Worker } from '@/lib/domain/worker';
import { aQueue } from '../testing/a-queue';
import { byHost, byQueue, matchesWorker, workersOf } from './group-workers';

const mail = aQueue({ name: 'mail' });
const empty = aQueue({ name: 'empty' });
const stuck = aQueue({ name: 'stuck', backlog: 5 });
const orphans = aQueue({ name: 'orphans', counts: { active: 2 } });

const aWorker = (address: string, queue = mail): Worker => ({
  ...{
    id: address,
    queue: queue.id,
    queueKey: queue.key,
    name: 'mailer-1',
    address,
    host: address.split(':')[0] ?? '',
  },
  ...{ connectedAt: 0, idleMs: 0, lastCommand: 'bzpopmin', isWaiting: true, client: null },
});
const aSource = (workers: Worker[] | null, rest: Partial<SourceWorkers> = {}): SourceWorkers => ({
  ...{ source: 'main', at: 0, reason: null, total: workers?.length ?? null, workers },
  ...rest,
});

test('where jobs wait for nobody comes first, then without workers, then the rest', () =>
  expect(byQueue([mail, empty, stuck, orphans], [aSource([aWorker('a:1')])]).map(({ queue }) => queue.id.name)).toEqual(
    ['orphans', 'stuck', 'empty', 'mail'],
  ));
test('forbidden is unknown, with the reason, not zero', () => {
  expect(workersOf(mail, [aSource(null, { reason: 'CLIENT LIST is forbidden.' })])).toMatchObject({
    workers: null,
    reason: 'CLIENT LIST is forbidden.',
  });
  expect(workersOf(mail, []).workers).toBeNull();
});
test('a list that is cut does not prove that there is nobody', () => {
  const cut = [aSource([aWorker('a:1')], { total: 3_000 })];
  expect(workersOf(aQueue({ name: 'late', workers: 4 }), cut).workers).toBeNull();
  expect(workersOf(aQueue({ name: 'late', workers: 0 }), cut).workers).toEqual([]);
});
test('hosts have their workers of all queues, the biggest first', () =>
  expect(
    byHost([aSource([aWorker('b:1'), aWorker('a:10'), aWorker('a:9', stuck)])]).map(({ host, workers }) => [
      host,
      workers.map(({ address }) => address),
    ]),
  ).toEqual([
    ['a', ['a:9', 'a:10']],
    ['b', ['b:1']],
  ]));
test('workers are found by address, name and queue', () =>
  expect(['A:1', 'mailer', 'main/bull/mail', 'video'].map((text) => matchesWorker(aWorker('a:1'), text))).toEqual([
    true,
    true,
    true,
    false,
  ]));

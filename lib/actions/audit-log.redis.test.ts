import { Redis } from 'ioredis';
import pino from 'pino';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { AuditEntry } from '../domain/audit';
import { AuditLog } from './audit-log';

const KEY = 'tailback:test:audit';
const redis = new Redis(process.env['TEST_REDIS_URL'] ?? '');
const lines: string[] = [];
const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
const audit = new AuditLog(redis, log, KEY);

const anEntry = (changes: Partial<AuditEntry> = {}): Omit<AuditEntry, 'id'> => ({
  at: 1_795_511_400_000,
  actor: 'ops@example.com',
  role: 'operator',
  address: '127.0.0.1',
  action: 'retry',
  target: 'main/bull/reports',
  jobIds: ['1'],
  jobCount: 1,
  outcome: 'done',
  detail: null,
  ...changes,
});

beforeEach(async () => {
  lines.length = 0;
  await redis.del(KEY, `${KEY}:head`, `${KEY}:tokens`, `${KEY}:tokens:head`);
});
afterAll(async () => {
  await redis.del(KEY, `${KEY}:head`, `${KEY}:tokens`, `${KEY}:tokens:head`);
  await redis.quit();
});

test('entries come back whole, newest first, page by page', async () => {
  for (const target of ['a', 'b', 'c', 'd', 'e']) await audit.append(anEntry({ target, detail: '<b>not markup</b>' }));
  const first = await audit.page(null, 2);
  expect(first.entries[0]).toEqual({
    id: expect.stringMatching(/^\d+-\d+$/) as string,
    ...anEntry({ target: 'e', detail: '<b>not markup</b>' }),
  });
  // What is added meanwhile moves nothing on the pages that follow.
  await audit.append(anEntry({ target: 'f' }));
  const second = await audit.page(first.nextCursor, 2);
  const third = await audit.page(second.nextCursor, 2);
  expect([first, second, third].map(({ entries }) => entries.map(({ target }) => target))).toEqual([
    ['e', 'd'],
    ['c', 'b'],
    ['a'],
  ]);
  expect(third.nextCursor).toBeNull();
});

test('a page that ends exactly with the log has no next one', async () => {
  for (const target of ['a', 'b']) await audit.append(anEntry({ target }));
  expect((await audit.page(null, 2)).nextCursor).toBeNull();
});

test('what programs do stands apart and pushes out nothing that people did', async () => {
  await audit.append(anEntry({ actor: 'TAILBACK_TOKEN' }), 'tokens');
  await audit.append(anEntry({ actor: 'dana' }));
  expect((await audit.page(null, 10)).entries.map(({ actor }) => actor)).toEqual(['dana']);
  expect((await audit.page(null, 10, 'tokens')).entries.map(({ actor }) => actor)).toEqual(['TAILBACK_TOKEN']);
});

test('an empty log is an empty page', async () =>
  expect(await audit.page(null, 50)).toEqual({ entries: [], nextCursor: null, scanned: 0 }));

test('of many jobs twenty are named, and texts are bounded', async () => {
  const jobIds = Array.from({ length: 1_000 }, (_, index) => `${index}-${'x'.repeat(5_000)}`);
  await audit.append(anEntry({ jobIds, jobCount: 1_000, detail: 'y'.repeat(100_000) }));
  const [entry] = (await audit.page(null, 1)).entries;
  expect(entry?.jobIds).toHaveLength(20);
  expect(entry?.jobCount).toBe(1_000);
  expect(JSON.stringify(entry).length).toBeLessThan(25_000);
});

test('each entry is one line of the log as well', async () => {
  await audit.append(anEntry({ action: 'pause' }));
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { msg: 'audit', audit: { action: 'pause', actor: 'ops@example.com', outcome: 'done' } },
  ]);
});

test('a line that somebody else wrote hides nothing', async () => {
  await audit.append(anEntry({ target: 'a' }));
  await redis.xadd(KEY, '*', 'entry', 'not json');
  await redis.xadd(KEY, '*', 'other', '{}');
  await audit.append(anEntry({ target: 'b' }));
  expect((await audit.page(null, 50)).entries.map(({ target }) => target)).toEqual(['b', 'a']);
});

test('the stream is trimmed', async () => {
  const pipeline = redis.pipeline();
  for (let index = 0; index < 100_500; index += 1) pipeline.xadd(KEY, '*', 'entry', '1');
  await pipeline.exec();
  await audit.append(anEntry());
  expect(await redis.xlen(KEY)).toBeLessThanOrEqual(100_200);
});

test.each(['', 'x', '1', '1-', '(1-1', '+', '-', '99999999999999999999-1'])(
  'the cursor %j is refused',
  async (cursor) => {
    await expect(audit.page(cursor, 10)).rejects.toMatchObject({ code: 'bad-request' });
  },
);

test('with the store down the caller is told, and the log has the line', async () => {
  const down = new Redis({
    port: 1,
    host: '127.0.0.1',
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: () => null,
  });
  down.on('error', () => {});
  const broken = new AuditLog(down, log, KEY);
  await expect(broken.append(anEntry({ action: 'remove' }))).rejects.toMatchObject({
    name: 'AppError',
    code: 'store-down',
  });
  await expect(broken.page(null, 10)).rejects.toMatchObject({ code: 'store-down' });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ level: 50, audit: { action: 'remove' } }]);
  down.disconnect();
});

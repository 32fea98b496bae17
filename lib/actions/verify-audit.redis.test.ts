import { Redis } from 'ioredis';
import pino from 'pino';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { AuditEntry } from '../domain/audit';
import { AuditLog } from './audit-log';
import { anchorOf, verifyAudit } from './verify-audit';

const KEY = 'tailback:test:chain';
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
const anchors = () =>
  new Map(lines.flatMap((line) => (({ seq, hash }) => [[seq, hash] as const])(anchorOf(line) ?? { seq: 0, hash: '' })));
const verify = (said = anchors()) => verifyAudit(redis, 'people', said, KEY);

beforeEach(async () => {
  lines.length = 0;
  await redis.del(KEY, `${KEY}:head`, `${KEY}:tokens`, `${KEY}:tokens:head`);
});
afterAll(async () => {
  await redis.del(KEY, `${KEY}:head`, `${KEY}:tokens`, `${KEY}:tokens:head`);
  await redis.quit();
});

test('many processes that write at the same time make one chain', async () => {
  const others = Array.from({ length: 5 }, () => redis.duplicate());
  const logs = [audit, ...others.map((connection) => new AuditLog(connection, log, KEY))];
  await Promise.all(
    logs.flatMap((one, who) =>
      Array.from({ length: 20 }, (_, index) => one.append(anEntry({ target: `${who}/${index}` }))),
    ),
  );
  others.forEach((connection) => connection.disconnect());
  expect(await verify()).toMatchObject({ checked: 120, from: 1, anchored: 120, faultCount: 0 });
});

test('people and programs have a chain each', async () => {
  await audit.append(anEntry());
  await audit.append(anEntry({ actor: 'TAILBACK_TOKEN' }), 'tokens');
  await audit.append(anEntry());
  expect(await verifyAudit(redis, 'people', new Map(), KEY)).toMatchObject({ checked: 2, faultCount: 0 });
  expect(await verifyAudit(redis, 'tokens', new Map(), KEY)).toMatchObject({ checked: 1, faultCount: 0 });
});

test('an entry taken out of the store is missed', async () => {
  for (const target of ['a', 'b', 'c']) await audit.append(anEntry({ target }));
  const [, second] = await redis.xrange(KEY, '-', '+');
  await redis.xdel(KEY, second?.[0] ?? '');
  expect((await verify()).faultCount).toBeGreaterThan(0);
});

test('a log that was written anew as a whole fits in itself, and not with what was said in the log', async () => {
  for (const target of ['a', 'b', 'c']) await audit.append(anEntry({ target }));
  const said = anchors();
  await redis.del(KEY, `${KEY}:head`);
  for (const target of ['a', 'x', 'c']) await audit.append(anEntry({ target }));
  expect((await verify(new Map())).faultCount).toBe(0);
  const { faults } = await verify(said);
  expect(faults.map(({ what }) => what)).toEqual([
    'entry 2 is not the one that the log told of',
    'entry 3 is not the one that the log told of',
  ]);
});

test('entries that the log told of and the store ends before are missed', async () => {
  await audit.append(anEntry());
  const said = anchors();
  await redis.del(KEY, `${KEY}:head`);
  const { faults } = await verify(said);
  expect(faults.map(({ what }) => what)).toEqual(['the log told of entry 1, the store ends with 0']);
});

test('a filter finds by each of its terms, page by page', async () => {
  for (let index = 0; index < 12; index += 1)
    await audit.append(
      anEntry({
        at: 1_000 + index,
        actor: index % 2 === 0 ? 'Ana@example.com' : 'bo@example.com',
        action: index < 6 ? 'retry' : 'pause',
        target: `main/bull/q${index}`,
        jobIds: [`job-${index}`],
        outcome: index === 3 ? 'failed' : 'done',
      }),
    );
  const found = async (filter: Parameters<AuditLog['page']>[3]) =>
    (await audit.page(null, 200, 'people', filter)).entries.map(({ at }) => at - 1_000);
  expect(await found({ actor: 'ana' })).toEqual([10, 8, 6, 4, 2, 0]);
  expect(await found({ actor: 'ana', action: 'RETRY' })).toEqual([4, 2, 0]);
  expect(await found({ target: 'q11' })).toEqual([11]);
  expect(await found({ target: 'job-7' })).toEqual([7]);
  expect(await found({ outcome: 'failed' })).toEqual([3]);
  expect(await found({ from: 1_002, to: 1_004 })).toEqual([3, 2]);
  const first = await audit.page(null, 4, 'people', { actor: 'ana' });
  const second = await audit.page(first.nextCursor, 4, 'people', { actor: 'ana' });
  expect([first, second].map(({ entries }) => entries.map(({ at }) => at - 1_000))).toEqual([
    [10, 8, 6, 4],
    [2, 0],
  ]);
  expect(second.nextCursor).toBeNull();
});

test('what is rare is looked for in steps, and nothing is passed over', async () => {
  await audit.append(anEntry({ target: 'rare' }));
  for (let start = 0; start < 5_100; start += 100)
    await Promise.all(Array.from({ length: 100 }, () => audit.append(anEntry())));
  const first = await audit.page(null, 10, 'people', { target: 'rare' });
  expect(first).toMatchObject({ entries: [], scanned: 5_000 });
  const second = await audit.page(first.nextCursor, 10, 'people', { target: 'rare' });
  expect(second.entries).toHaveLength(1);
  expect(second.nextCursor).toBeNull();
});

test.each(['csv', 'ndjson'] as const)('an export as %s has all that is meant', async (format) => {
  for (let index = 0; index < 450; index += 1)
    await audit.append(anEntry({ target: `q${index}`, detail: index === 449 ? '=HYPERLINK("x")' : null }));
  await audit.append(anEntry({ action: 'pause' }));
  const text = await new Response(audit.export({ by: 'people', filter: { action: 'retry' }, format })).text();
  const rows = text.trimEnd().split('\n');
  expect(rows).toHaveLength(format === 'csv' ? 451 : 450);
  expect(rows.at(-1)).toContain('q0');
  if (format === 'csv') expect(text).toContain(`"'=HYPERLINK(""x"")"`);
  else expect(JSON.parse(rows[0] ?? '')).toMatchObject({ target: 'q449', detail: '=HYPERLINK("x")' });
});

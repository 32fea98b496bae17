import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takePidLock } from './pid-lock';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tailback-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a lock is held until it is given back', async () => {
  const file = path.join(folder, 'inner', 'x.pid');
  const release = await takePidLock(file);
  expect(await takePidLock(file)).toBe(process.pid);
  if (typeof release === 'function') await release();
  expect(await takePidLock(file)).toBeTypeOf('function');
});

test('a lock of a process that is gone is taken over', async () => {
  const file = path.join(folder, 'x.pid');
  const { pid } = spawnSync(process.execPath, ['--version']);
  await writeFile(file, String(pid));
  expect(await takePidLock(file)).toBeTypeOf('function');
});

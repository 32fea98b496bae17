import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tailback-bootstrap-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs `code` through the bootstrap; `signal` is sent when it has printed its first line. */
async function run(code: string, args: string[] = [], signal?: NodeJS.Signals) {
  const entry = path.join(folder, 'entry.ts');
  await writeFile(entry, code);
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'bootstrap.mjs'), entry, ...args]);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (signal && output.includes('\n')) child.kill(signal);
  });
  const exitCode = await new Promise((resolve) => child.once('exit', resolve));
  return { exitCode, output };
}

test('an entry gets its arguments, and its exit code is handed on', async () => {
  const { exitCode, output } = await run('console.log(process.argv.slice(2).join());\nprocess.exit(7);', ['--a', 'b']);
  expect({ exitCode, output }).toEqual({ exitCode: 7, output: '--a,b\n' });
});

test('a signal reaches the entry, which ends in its own way', async () => {
  const code = `process.on('SIGTERM', () => process.exit(3));\nsetInterval(() => {}, 1_000);\nconsole.log('up');`;
  expect((await run(code, [], 'SIGTERM')).exitCode).toBe(3);
});

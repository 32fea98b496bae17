import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { supervise, type Supervisor } from './supervise';

let folder = '';
let running: Supervisor | null = null;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tailback-supervise-'));
});
afterEach(async () => {
  await running?.stop();
  running = null;
  await rm(folder, { recursive: true, force: true });
});

/** A child that writes its process id to `name`.pid and goes on with `code`. */
async function program(name: string, code: string) {
  const file = path.join(folder, name);
  const start = `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(`${file}.pid`)}, String(process.pid));\n`;
  await writeFile(`${file}.ts`, `${start}${code}\n`);
  return { name, entry: `${file}.ts` };
}

const pidOf = async (name: string) => Number(await readFile(path.join(folder, `${name}.pid`), 'utf8').catch(() => '0'));
const started = (name: string) => vi.waitFor(async () => expect(await pidOf(name)).toBeGreaterThan(0), 10_000);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const STAY = 'setInterval(() => {}, 1_000);';

describe('supervise', () => {
  test('starts a child again that was killed', async () => {
    running = supervise([await program('a', STAY)], { onUnusable: () => {} });
    await started('a');
    const first = await pidOf('a');
    process.kill(first, 'SIGKILL');
    await vi.waitFor(async () => expect(await pidOf('a')).not.toBe(first), 10_000);
    expect(isAlive(await pidOf('a'))).toBe(true);
  });

  test('waits longer after each failure of a child that cannot live', async () => {
    const delays: number[] = [];
    running = supervise([await program('a', 'process.exit(1);')], {
      onUnusable: () => {},
      onRestart: (_program, _how, delayMs) => delays.push(delayMs),
    });
    await vi.waitFor(() => expect(delays.slice(0, 3)).toEqual([500, 1_000, 2_000]), 12_000);
  });

  test('does not start a child again whose configuration cannot be used', async () => {
    const onUnusable = vi.fn();
    const onRestart = vi.fn();
    running = supervise([await program('a', 'process.exit(2);')], { onUnusable, onRestart });
    await vi.waitFor(() => expect(onUnusable).toHaveBeenCalledOnce(), 10_000);
    expect(onRestart).not.toHaveBeenCalled();
  });

  test('stops children, also those that do not listen', async () => {
    const deaf = await program('deaf', `process.on('SIGTERM', () => {});\n${STAY}`);
    const polite = await program('polite', `process.on('SIGTERM', () => process.exit(0));\n${STAY}`);
    running = supervise([deaf, polite], { onUnusable: () => {}, graceMs: 300 });
    await Promise.all([started('deaf'), started('polite')]);
    const pids = await Promise.all([pidOf('deaf'), pidOf('polite')]);
    await running.stop();
    expect(pids.map(isAlive)).toEqual([false, false]);
  });

  test('a child does not outlive a parent that was killed', async () => {
    const child = await program('child', STAY);
    const supervisor = JSON.stringify(path.join(import.meta.dirname, 'supervise.ts'));
    const parent = await program(
      'parent',
      `import { supervise } from ${supervisor};\nsupervise([${JSON.stringify(child)}], { onUnusable: () => {} });\n${STAY}`,
    );
    running = supervise([parent], { onUnusable: () => {} });
    await Promise.all([started('parent'), started('child')]);
    const orphan = await pidOf('child');
    process.kill(await pidOf('parent'), 'SIGKILL');
    await running.stop();
    await vi.waitFor(() => expect(isAlive(orphan)).toBe(false), 10_000);
  });
});

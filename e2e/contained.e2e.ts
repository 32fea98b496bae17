import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { buildIfNeeded } from '../workers/setup/build-if-needed';
import type { ContainedReport } from './contained-run';
import { expect, test } from '@playwright/test';

const run = promisify(execFile);
/** A network of its own with nothing but loopback. */
const CUT_OFF = ['-n', '--', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
const PROGRAM = [process.execPath, '--import', 'tsx', 'e2e/contained-run.ts'];

test('the product works without any route, connects to nothing but its Redis, and tells no secret', async () => {
  test.setTimeout(240_000);
  await buildIfNeeded();
  // Without the right to make a namespace the record of connections has to do.
  const canCutOff = await run('unshare', [...CUT_OFF, 'true']).then(
    () => true,
    () => false,
  );
  test
    .info()
    .annotations.push({ type: 'network', description: canCutOff ? 'namespace without a route' : 'record only' });
  const [file, args] = canCutOff ? ['unshare', [...CUT_OFF, ...PROGRAM]] : [PROGRAM[0] ?? '', PROGRAM.slice(1)];
  const { stdout, stderr } = await run(file, args, { maxBuffer: 200_000_000, timeout: 200_000 });
  const line = stdout.split('\n').findLast((one) => one.startsWith('REPORT ')) ?? 'REPORT {}';
  const report = JSON.parse(line.slice('REPORT '.length)) as ContainedReport;

  expect(report.leaks).toEqual([]);
  expect(report.pages).toBeGreaterThan(25);
  if (canCutOff) expect(report.hasRoute).toBe(false);
  expect(report.connects.filter((one) => !/ (?:127\.0\.0\.1|localhost|::1)$/.test(one))).toEqual([]);
  // At level trace, so that whatever is ever logged has been.
  const log = stdout.replace(line, '') + stderr;
  expect(log).toContain('"level":20');
  for (const [name, value] of Object.entries(report.secrets))
    expect(log.includes(value), `${name} in the log`).toBe(false);
});

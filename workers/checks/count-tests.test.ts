import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countPlaywright, countsOf, countVitest } from './count-tests';

const vitest = (passed: number, failed: number, brokenFiles = 0) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  testResults: Array.from({ length: brokenFiles }, () => ({ status: 'failed', assertionResults: [] })),
});

test('a file that cannot be loaded counts as a failure', () =>
  expect(countVitest(vitest(3, 1, 2))).toEqual({ passed: 3, failed: 3 }));

test('a test that passed at its second try has passed', () =>
  expect(countPlaywright({ stats: { expected: 4, flaky: 1, unexpected: 2 } })).toEqual({ passed: 5, failed: 2 }));

describe('the exit code is believed, too', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tailback-counts-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    { because: 'all is well', report: vitest(2, 0), exitCode: 0, expected: { passed: 2, failed: 0 } },
    {
      because: 'a crash after the tests is a failure',
      report: vitest(2, 0),
      exitCode: 1,
      expected: { passed: 2, failed: 1 },
    },
    { because: 'no test at all is a failure', report: vitest(0, 0), exitCode: 0, expected: { passed: 0, failed: 1 } },
    { because: 'a missing report is a failure', report: null, exitCode: 0, expected: { passed: 0, failed: 1 } },
    {
      because: 'failed tests are not counted twice',
      report: vitest(1, 2),
      exitCode: 1,
      expected: { passed: 1, failed: 2 },
    },
  ])('$because', async ({ report, exitCode, expected }) => {
    const file = path.join(folder, 'report.json');
    await rm(file, { force: true });
    if (report !== null) await writeFile(file, JSON.stringify(report));
    expect(await countsOf(file, exitCode, countVitest)).toEqual(expected);
  });
});

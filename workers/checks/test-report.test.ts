import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firstLine, readReport, type TestReport } from './test-report';

const broken = { name: 'a.test.ts › it holds', why: 'expected 1 to be 2' };
const report = (passed: number, failed = 0): TestReport => ({
  passed,
  failed: Array.from({ length: failed }, () => broken),
  flaky: [],
});

test('the reason of a failure is one line without colours', () =>
  expect(firstLine('\u001b[31m\n\n  AssertionError: no\u001b[39m\n    at x')).toBe('AssertionError: no'));

describe('the exit code is believed, too', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tailback-report-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    { because: 'all is well', written: report(2), exitCode: 0, passed: 2, failed: 0 },
    { because: 'a crash after the tests is a failure', written: report(2), exitCode: 1, passed: 2, failed: 1 },
    { because: 'no test at all is a failure', written: report(0), exitCode: 0, passed: 0, failed: 1 },
    { because: 'a missing report is a failure', written: null, exitCode: 0, passed: 0, failed: 1 },
    { because: 'a report of another shape is a failure', written: { passed: 3 }, exitCode: 0, passed: 0, failed: 1 },
    { because: 'failed tests are not counted twice', written: report(1, 2), exitCode: 1, passed: 1, failed: 2 },
    { because: 'a failed test fails the run', written: report(1, 1), exitCode: 0, passed: 1, failed: 2 },
  ])('$because', async ({ written, exitCode, passed, failed }) => {
    const file = path.join(folder, 'report.json');
    await rm(file, { force: true });
    if (written !== null) await writeFile(file, JSON.stringify(written));
    const read = await readReport(file, exitCode);
    expect({ passed: read.passed, failed: read.failed.length }).toEqual({ passed, failed });
  });
});

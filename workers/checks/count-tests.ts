import { readFile } from 'node:fs/promises';
import { z } from 'zod';

export type TestCounts = { passed: number; failed: number };

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});
const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), flaky: z.number(), unexpected: z.number() }),
});

/** Counts of Vitest's JSON report; a file that could not be loaded has no tests and counts as one that failed. */
export function countVitest(report: unknown): TestCounts {
  const { numPassedTests, numFailedTests, testResults } = vitestReport.parse(report);
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return { passed: numPassedTests, failed: numFailedTests + broken.length };
}

/** Counts of Playwright's JSON report; a test that passed at its second try has passed. */
export function countPlaywright(report: unknown): TestCounts {
  const { expected, flaky, unexpected } = playwrightReport.parse(report).stats;
  return { passed: expected + flaky, failed: unexpected };
}

/**
 * What a runner counted, held against its exit code: one that failed without a failed test, wrote no report or ran
 * nothing counts as one failure.
 */
export async function countsOf(
  file: string,
  exitCode: number,
  count: (report: unknown) => TestCounts,
): Promise<TestCounts> {
  const counts = await readFile(file, 'utf8')
    .then((text) => count(JSON.parse(text)))
    .catch(() => ({ passed: 0, failed: 0 }));
  const isTrue = exitCode === 0 ? counts.passed > 0 : counts.failed > 0;
  return isTrue ? counts : { ...counts, failed: counts.failed + 1 };
}

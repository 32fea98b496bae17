import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const namedSchema = z.object({
  /** File and titles. */
  name: z.string(),
  /** First line of the error. */
  why: z.string(),
});
/** A test that did not pass, or passed at its second try only. */
export type NamedTest = z.infer<typeof namedSchema>;

const reportSchema = z.object({
  passed: z.number(),
  failed: z.array(namedSchema),
  flaky: z.array(namedSchema),
});
/** What the reporters of Vitest and Playwright write. `passed` counts the flaky ones. */
export type TestReport = z.infer<typeof reportSchema>;

/** The variable that tells a runner's reporter which file to write. */
export const REPORT_VARIABLE = 'TAILBACK_TEST_REPORT';

/** The first line of an error that says something, without a terminal's colours. */
export function firstLine(message: string | undefined): string {
  const plain = (message ?? '').replace(/\u001b\[[\d;]*m/g, '');
  return (
    plain
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim()
      .slice(0, 200) ?? 'no message'
  );
}

/**
 * What a runner reported, held against its exit code: one that failed without a failed test, wrote no report or ran
 * nothing counts as one failure.
 */
export async function readReport(file: string, exitCode: number): Promise<TestReport> {
  const report = await readFile(file, 'utf8')
    .then((text) => reportSchema.parse(JSON.parse(text)))
    .catch((): TestReport => ({ passed: 0, failed: [], flaky: [] }));
  const isTrue = exitCode === 0 ? report.passed > 0 && report.failed.length === 0 : report.failed.length > 0;
  if (isTrue) return report;
  const why = `the runner ended with code ${exitCode} after ${report.passed} tests that passed`;
  return { ...report, failed: [...report.failed, { name: 'the run itself', why }] };
}

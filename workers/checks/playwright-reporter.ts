import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FullResult, Reporter, Suite, TestError } from '@playwright/test/reporter';
import { firstLine, REPORT_VARIABLE, type NamedTest, type TestReport } from './test-report';

/** Writes a `TestReport`. */
export default class PlaywrightReporter implements Reporter {
  private root: Suite | null = null;
  private readonly outside: NamedTest[] = [];

  onBegin(_config: unknown, suite: Suite): void {
    this.root = suite;
  }

  onError(error: TestError): void {
    this.outside.push({ name: 'outside of all tests', why: firstLine(error.message) });
  }

  onEnd(result: FullResult): void {
    const report: TestReport = { passed: 0, failed: [...this.outside], flaky: [] };
    for (const test of this.root?.allTests() ?? []) {
      const outcome = test.outcome();
      const error = test.results.flatMap(({ errors }) => errors)[0];
      const name = `${path.basename(test.location.file)} › ${test.titlePath().slice(3).join(' › ')}`;
      const isUnrun = test.results.every(({ status }) => status === 'skipped' || status === 'interrupted');
      if (outcome === 'expected' || outcome === 'flaky') report.passed += 1;
      if (outcome === 'flaky') report.flaky.push({ name, why: firstLine(error?.message) });
      if (outcome === 'unexpected') report.failed.push({ name, why: firstLine(error?.message) });
      if (outcome === 'skipped' && isUnrun && test.expectedStatus !== 'skipped')
        report.failed.push({ name, why: `not run: the run was ${result.status}` });
    }
    const file = process.env[REPORT_VARIABLE];
    if (file !== undefined) writeFileSync(file, JSON.stringify(report));
  }
}

import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { firstLine, REPORT_VARIABLE, type NamedTest, type TestReport } from './test-report';

/** Writes a `TestReport`. A file or a group that could not be set up has no tests and counts as one that failed. */
export default class VitestReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly { message?: string }[]): void {
    const report: TestReport = { passed: 0, failed: [], flaky: [] };
    for (const module of modules) {
      for (const error of module.errors()) report.failed.push({ name: nameOf(module), why: firstLine(error.message) });
      for (const suite of module.children.allSuites())
        for (const error of suite.errors())
          report.failed.push({ name: `${nameOf(module)} › ${suite.fullName}`, why: firstLine(error.message) });
      for (const test of module.children.allTests()) this.take(report, module, test);
    }
    for (const error of errors) report.failed.push({ name: 'outside of all tests', why: firstLine(error.message) });
    const file = process.env[REPORT_VARIABLE];
    if (file !== undefined) writeFileSync(file, JSON.stringify(report));
  }

  private take(report: TestReport, module: TestModule, test: TestCase): void {
    const { state, errors } = test.result();
    const named = (): NamedTest => ({
      name: `${nameOf(module)} › ${test.fullName}`,
      why: firstLine(errors?.[0]?.message),
    });
    if (state === 'passed') report.passed += 1;
    if (state === 'failed') report.failed.push(named());
    if (state === 'passed' && test.diagnostic()?.flaky) report.flaky.push(named());
  }
}

function nameOf(module: TestModule): string {
  return module.relativeModuleId;
}

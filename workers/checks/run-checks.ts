import { runStep, type CheckStep, type StepResult } from './run-step';

/**
 * Runs all steps, those of an inner list at the same time, also after one that failed; prints a table, the names of what failed or passed at the second try only,
 * and, alone on the last line, the sum; sets the exit code.
 * @param limitMs for all together
 */
export async function runChecks(steps: readonly (CheckStep | readonly CheckStep[])[], limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  const results: StepResult[] = [];
  for (const step of steps)
    results.push(...(await Promise.all([step].flat().map((one: CheckStep) => runStep(one, deadline)))));
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed.length, 0);
  console.log(`\n${table(results)}\n`);
  for (const { name, why } of results.flatMap((result) => result.flaky)) console.log(`second try  ${name}: ${why}`);
  for (const { name, why } of results.flatMap((result) => result.failed)) console.log(`FAILED  ${name}: ${why}`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

function table(results: readonly StepResult[]): string {
  const width = Math.max(...results.map(({ title }) => title.length));
  return results
    .map(({ title, passed, failed, ms, note }) => {
      const outcome = failed.length > 0 ? 'FAILED' : 'ok';
      const counts = passed > 0 ? `${passed} passed, ${failed.length} failed` : '';
      const time = `${(ms / 1000).toFixed(1)} s`;
      return `${outcome.padEnd(6)}  ${title.padEnd(width)}  ${time.padStart(8)}  ${[counts, note].filter(Boolean).join(' · ')}`.trimEnd();
    })
    .join('\n');
}

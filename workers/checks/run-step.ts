import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { PROJECT_FOLDER } from '../setup/supervise';
import { firstLine, type TestReport } from './test-report';

/** Tests of one step; a step without tests counts as one only when it fails. */
export type StepResult = TestReport & { title: string; ms: number; note: string };

export type CheckStep = {
  title: string;
  limitMs: number;
  /** Throws when a step without tests fails. */
  run: (limitMs: number) => Promise<TestReport & { note?: string }>;
};

/** Runs one step to its end whatever happens, with a heading before its output. */
export async function runStep({ title, limitMs, run }: CheckStep, deadline: number): Promise<StepResult> {
  console.log(`\n━━ ${title}`);
  const start = performance.now();
  const remainingMs = Math.min(limitMs, deadline - Date.now());
  try {
    if (remainingMs <= 0) throw new Error('no time left');
    const { note = '', ...report } = await run(remainingMs);
    return { ...report, title, ms: performance.now() - start, note };
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error);
    console.log(note);
    const why = firstLine(note);
    return { title, passed: 0, failed: [{ name: title, why }], flaky: [], ms: performance.now() - start, note: why };
  }
}

/**
 * Runs a tool of `node_modules` with its output on ours.
 * @returns its exit code; 124 when it was killed after `limitMs`, with all that it had started
 */
export function runTool(
  command: string,
  args: readonly string[],
  limitMs: number,
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args], {
      cwd: PROJECT_FOLDER,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    });
    const killGroup = () => {
      if (child.pid !== undefined && child.exitCode === null)
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          // It has just ended.
        }
    };
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      killGroup();
    }, limitMs);
    // Also what runs at the same time ends with us.
    const onSignal = () => process.exit(130);
    process.once('exit', killGroup);
    process.once('SIGINT', onSignal);
    process.once('SIGTERM', onSignal);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      process.off('exit', killGroup);
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      if (isLate) console.log(`Killed after ${Math.round(limitMs / 1000)} s.`);
      resolve(isLate ? 124 : (code ?? 1));
    });
  });
}

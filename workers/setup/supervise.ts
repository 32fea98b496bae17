import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

export type Program = {
  name: string;
  /** TypeScript file, whole path or relative to the project's folder. */
  entry: string;
  args?: readonly string[];
  /** Added to this process's environment. */
  env?: Readonly<Record<string, string>>;
};

export type SuperviseOptions = {
  /** A child that ends with `EXIT_CONFIG` cannot work: everything is stopped, and this is told once. */
  onUnusable: (program: Program) => void;
  /** One line for people about a child that ended and is started again. */
  onRestart?: (program: Program, how: string, delayMs: number) => void;
  /** Time (ms) between SIGTERM and SIGKILL. */
  graceMs?: number;
};

export type Supervisor = {
  /** SIGTERM to all, SIGKILL to those that are still there after the grace. Can be called more than once. */
  stop(): Promise<void>;
};

export const PROJECT_FOLDER = path.resolve(import.meta.dirname, '../..');

/** Exit code of a process whose configuration cannot be used: starting it again would not help. */
export const EXIT_CONFIG = 2;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 10_000;
/** A child that ran this long was healthy: the next restart is quick again. */
const HEALTHY_AFTER_MS = 30_000;

/** Runs `programs` as child processes and starts each again when it ends, at growing distances. */
export function supervise(
  programs: readonly Program[],
  { onUnusable, onRestart, graceMs = 10_000 }: SuperviseOptions,
): Supervisor {
  let isStopping = false;
  const children = new Map<Program, ChildProcess>();
  const timers = new Set<NodeJS.Timeout>();

  const run = (program: Program, delayMs: number): void => {
    const startedAt = Date.now();
    const child = launch(program);
    children.set(program, child);
    const ended = (how: string, code: number | null) => {
      if (children.get(program) !== child) return;
      children.delete(program);
      if (isStopping) return;
      if (code === EXIT_CONFIG) return onUnusable(program);
      const delay = Date.now() - startedAt > HEALTHY_AFTER_MS ? FIRST_DELAY_MS : delayMs;
      onRestart?.(program, how, delay);
      const timer = setTimeout(() => {
        timers.delete(timer);
        run(program, Math.min(delay * 2, MAX_DELAY_MS));
      }, delay);
      timers.add(timer);
    };
    child.once('exit', (code, signal) => ended(signal ? `killed by ${signal}` : `ended with code ${code}`, code));
    child.once('error', (error) => ended(error.message, null));
  };
  for (const program of programs) run(program, FIRST_DELAY_MS);

  return {
    async stop() {
      isStopping = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([...children.values()].map((child) => stopChild(child, graceMs)));
    },
  };
}

function launch({ entry, args = [], env = {} }: Program): ChildProcess {
  const preload = path.join(PROJECT_FOLDER, 'workers/setup/end-with-parent.mjs');
  return spawn(
    process.execPath,
    ['--import', 'tsx', '--import', preload, path.resolve(PROJECT_FOLDER, entry), ...args],
    {
      cwd: PROJECT_FOLDER,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    },
  );
}

async function stopChild(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await exit;
  clearTimeout(timer);
}

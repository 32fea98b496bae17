import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';

export type CommandResult = { code: number; stdout: string; stderr: string };

/**
 * Runs a command to its end and collects its output; never throws for a command that fails.
 * @param env added to this process's own; `undefined` takes a variable out
 * @param limitMs killed after this time, with code 124
 */
export function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env, limitMs = 120_000 }: { cwd?: string; env?: Record<string, string | undefined>; limitMs?: number } = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      ...(cwd ? { cwd } : {}),
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let isLate = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, limitMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, stdout, stderr: error.message });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code: isLate ? 124 : (code ?? 1), stdout, stderr });
    });
  });
}

/** Full path of the first of `names` that PATH holds, `null` when none. */
export async function findOnPath(...names: string[]): Promise<string | null> {
  for (const name of names)
    for (const folder of (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean)) {
      const file = path.join(folder, name);
      if (await isExecutable(file)) return file;
    }
  return null;
}

export function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

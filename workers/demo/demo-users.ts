import { spawn } from 'node:child_process';
import { access, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PROJECT_FOLDER } from '../setup/supervise';
import type { DemoCredentials } from './settings';

export const OPERATOR = 'operator@localhost';
export const VIEWER = 'viewer@localhost';

/**
 * Adds an operator and a viewer with the same command that people use, once for this demo folder.
 * @param env the product's configuration
 * @returns why it did not work, `null` when both exist
 */
export async function addDemoUsers(
  root: string,
  credentials: DemoCredentials,
  env: Readonly<Record<string, string>>,
): Promise<string | null> {
  const marker = path.join(root, 'users-added');
  if (
    await access(marker).then(
      () => true,
      () => false,
    )
  )
    return null;
  // In turn: both write the same file.
  for (const [email, role, password] of [
    [OPERATOR, 'operator', credentials.operatorPassword],
    [VIEWER, 'viewer', credentials.viewerPassword],
  ] as const) {
    const problem = await usersCommand(['add', email, '--role', role, '--password-stdin'], password, env);
    if (problem !== null) return problem;
  }
  await writeFile(marker, '');
  return null;
}

function usersCommand(args: string[], input: string, env: Readonly<Record<string, string>>): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'workers/users.ts', ...args], {
      cwd: PROJECT_FOLDER,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'ignore', 'pipe'],
      timeout: 20_000,
    });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) =>
      resolve(code === 0 ? null : output.trim().split('\n').slice(-1)[0] || `code ${code}`),
    );
    child.stdin.on('error', () => {});
    child.stdin.end(`${input}\n`);
  });
}

import { spawn } from 'node:child_process';

/** Works for a share of each 20 ms. */
const BURN = `
  const share = Number(process.argv[1]);
  setInterval(() => { for (const end = performance.now() + 20 * share; performance.now() < end;); }, 20);
`;

/**
 * A process that uses a share of a core and nothing else: what it takes from others on a machine of few cores, any
 * program would. @returns the way to end it
 */
export function startBurner(share: number): () => Promise<void> {
  const child = spawn(process.execPath, ['-e', BURN, String(Math.min(1, share))], { stdio: 'ignore' });
  return async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
}

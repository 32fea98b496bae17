import { execFile } from 'node:child_process';
import { access, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const folder = path.join(import.meta.dirname, 'deploy');
const run = promisify(execFile);
const read = (file: string) => readFile(path.join(folder, file), 'utf8');
const analyze = async (...args: string[]): Promise<string | null> =>
  run('systemd-analyze', args, { timeout: 20_000 }).then(
    ({ stdout, stderr }) => stdout + stderr,
    (error: NodeJS.ErrnoException & { stdout?: string; stderr?: string }) => {
      if (error.code === 'ENOENT') return null;
      throw new Error(`${error.stdout ?? ''}${error.stderr ?? ''}`);
    },
  );

describe('the systemd unit', () => {
  test('is understood by systemd, and leaves it little to say', async (context) => {
    const unit = path.join(folder, 'tailback.service');
    const complaints = await analyze('verify', unit);
    if (complaints === null) return context.skip();
    // Complaints about other units of this machine are not about ours.
    expect(complaints.split('\n').filter((line) => line.includes('tailback.service'))).toEqual([]);
    // 10 is wide open; the threshold is in tenths.
    expect(await analyze('security', '--offline=true', '--threshold=15', unit)).toContain('OK');
  }, 30_000);

  test('starts what npm start runs', async () => {
    const { scripts } = JSON.parse(await readFile(path.join(folder, '../../package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(await read('tailback.service')).toContain(`ExecStart=/usr/bin/${scripts['start']}`);
  });
});

describe('the container file', () => {
  test('runs what npm start runs as a numbered user who owns only the data folder', async () => {
    const lines = (await read('Containerfile')).split('\n');
    const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
    expect(last.find((line) => line.startsWith('USER '))).toMatch(/^USER [1-9]\d+:[1-9]\d+$/);
    expect(last.at(-2)).toBe('CMD ["node", "workers/bootstrap.mjs", "workers/start.ts"]');
    expect(last.filter((line) => line.startsWith('COPY') && line.includes('--chown'))).toEqual([]);
    expect(last.join('\n')).toContain('TAILBACK_DATA_DIR=/data');
  });
});

test('both proxies replace what clients say of themselves, and let streams through', async () => {
  const nginx = await read('nginx.conf');
  expect(nginx).toContain('proxy_set_header X-Forwarded-For $remote_addr;');
  expect(nginx).not.toContain('proxy_add_x_forwarded_for');
  expect(nginx).toContain('proxy_buffering off;');
  expect(await read('Caddyfile')).toContain('flush_interval -1');
});

test('the guide leads to each of the files', async () => {
  const guide = await readFile(path.join(folder, '../operations.md'), 'utf8');
  for (const file of await readdir(folder)) expect(guide).toContain(`deploy/${file}`);
});

describe('what goes into the container', () => {
  const root = path.join(folder, '../..');
  const packageJson = async () =>
    JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
      dependencies: Record<string, string>;
    };

  test('each file and each command that the container file names exists', async () => {
    const lines = (await read('Containerfile')).split('\n');
    const copied = lines
      .filter((line) => /^COPY (?!--from)/.test(line))
      .flatMap((line) => line.split(' ').slice(1, -1));
    for (const file of copied) await access(path.join(root, file));
    const { scripts, dependencies } = await packageJson();
    for (const [, script = ''] of lines.join('\n').matchAll(/npm run ([\w:-]+)/g)) expect(scripts[script]).toBeTruthy();
    expect(lines.at(-2)).toContain(scripts['start']?.split(' ').slice(1).join('", "'));
    // What is left after `npm prune --omit=dev` has to run TypeScript.
    expect(dependencies['tsx']).toBeTruthy();
  });

  test('no secrets, data or packages of the machine that builds it', async () => {
    const ignored = (await readFile(path.join(root, '.dockerignore'), 'utf8')).split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.git', '.tailback', 'node_modules', '.next', '*.env']));
  });
});

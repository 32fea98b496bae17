import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Redis as OneRedis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeAuthority, type Authority, type Certificate } from '../../workers/setup/certificates';
import { quietPorts } from '../../workers/setup/free-port';
import { troubleWords } from '../config/trouble-words';
import { silentLog } from '../testing/looker';
import { connectRedis } from './connect';

let folder: string;
let ours: Authority;
let other: Authority;
let client: Certificate;
let expired: Certificate;
let port = 0;
let oldPort = 0;
const servers: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tailback-redis-tls-'));
  ours = await makeAuthority(path.join(folder, 'ours'));
  other = await makeAuthority(path.join(folder, 'other'), 'Somebody else');
  client = await ours.issue('tailback', { use: 'client' });
  expired = await ours.issue('tailback', { use: 'client', days: -1 });
  [port = 0, oldPort = 0] = await quietPorts(2);
  start(port, await ours.issue('redis.example', { names: ['redis.example', '127.0.0.1'] }));
  start(oldPort, await ours.issue('127.0.0.1', { names: ['127.0.0.1'], days: -1 }));
});

afterAll(async () => {
  for (const server of servers) server.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function start(at: number, { cert, key }: Certificate): void {
  const words = [
    ...['--port', '0', '--tls-port', String(at), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
    ...['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', ours.ca, '--tls-auth-clients', 'yes'],
  ];
  servers.push(spawn(process.env['TEST_REDIS_BIN'] ?? 'redis-server', words, { stdio: 'ignore' }));
}

/** `up`, or why not in our words. */
async function tried(files: Record<string, string>, { host = '127.0.0.1', at = port } = {}): Promise<string> {
  const url = `rediss://${host}:${at}?${new URLSearchParams(files).toString()}`;
  const redis = connectRedis(url, { name: 'tls', log: silentLog }) as OneRedis;
  try {
    return await new Promise<string>((resolve) => {
      redis.once('ready', () => resolve('up'));
      redis.on('error', (error: NodeJS.ErrnoException) => {
        // It may still be starting.
        if (error.code !== 'ECONNREFUSED') resolve(troubleWords(error, `rediss://${host}:${at}`));
      });
    });
  } finally {
    redis.disconnect();
  }
}

const mine = () => ({ certFile: client.cert, keyFile: client.key });

test('rediss with a CA, a client certificate and a server name', async () => {
  expect(await tried({ caFile: ours.ca, ...mine() })).toBe('up');
  expect(await tried({ caFile: ours.ca, ...mine(), serverName: 'redis.example' }, { host: 'localhost' })).toBe('up');
});

test('a wrong CA, a wrong name and an ended certificate are told apart', async () => {
  expect(await tried({ caFile: other.ca, ...mine() })).toContain('not signed by an authority that is trusted here');
  expect(await tried({ caFile: ours.ca, ...mine() }, { host: 'localhost' })).toContain('is for another name');
  expect(await tried({ caFile: ours.ca, ...mine() }, { at: oldPort })).toContain('has expired: renew it');
});

test('a missing client certificate and one that has ended are told', async () => {
  expect(await tried({ caFile: ours.ca })).toContain('client certificate');
  expect(await tried({ caFile: ours.ca, certFile: expired.cert, keyFile: expired.key })).toContain(
    'client certificate',
  );
});

import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, isFree } from './free-port';

test('a port that somebody listens on is not free, and another one is found instead', async () => {
  const port = await freePort();
  expect(await isFree('127.0.0.1', port)).toBe(true);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  expect(await isFree('127.0.0.1', port)).toBe(false);
  expect(await freePort(port)).not.toBe(port);
  await new Promise((resolve) => server.close(resolve));
});

import { createServer } from 'node:net';

/**
 * A TCP port on 127.0.0.1 that nobody listens on at the moment.
 * @param preferred tried first; 0 or a taken one: the system picks
 */
export async function freePort(preferred = 0): Promise<number> {
  return (await tryPort(preferred)) ?? (await tryPort(0)) ?? Promise.reject(new Error('no free port on 127.0.0.1'));
}

/** Below the ports that systems give to outgoing connections, so that nobody is given one by chance before it is used. */
const QUIET_PORTS = { from: 20_000, to: 32_000 };

/** `count` different ports on 127.0.0.1 that nobody listens on at the moment, for servers that start a little later. */
export async function quietPorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  for (let tries = 0; tries < 1_000 && ports.size < count; tries += 1) {
    const port = QUIET_PORTS.from + Math.floor(Math.random() * (QUIET_PORTS.to - QUIET_PORTS.from));
    if (await isFree('127.0.0.1', port)) ports.add(port);
  }
  if (ports.size < count) throw new Error('no free ports on 127.0.0.1');
  return [...ports];
}

/** Is nobody listening there? Other troubles with the address are left to the one who will listen on it to tell. */
export async function isFree(host: string, port: number): Promise<boolean> {
  return (await tryListen(host, port)).error !== 'EADDRINUSE';
}

async function tryPort(port: number): Promise<number | null> {
  return (await tryListen('127.0.0.1', port)).port;
}

function tryListen(host: string, port: number): Promise<{ port: number | null; error: string | undefined }> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve({ port: null, error: error.code }));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const found = typeof address === 'object' && address ? address.port : null;
      server.close(() => resolve({ port: found, error: undefined }));
    });
  });
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Handler } from './gate';

/** Connections at once, in all and from one address. */
const MAX_CONNECTIONS = 2_048;
const MAX_PER_ADDRESS = 512;

export type GateServerOptions = {
  handler: Handler;
  /** Takes over a connection that asks for another protocol; without it such requests are refused. */
  onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
};

/**
 * The HTTP server, with limits against clients that send slowly, much, or nothing. They bound how long a request may
 * take to arrive and not how long an answer lasts, so event streams live on.
 */
export function createGateServer({ handler, onUpgrade }: GateServerOptions): Server {
  const server = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 2_000,
      // Longer than the idle time of common proxies, which otherwise send into a connection that just closed.
      keepAliveTimeout: 75_000,
    },
    (request: IncomingMessage, response: ServerResponse) => void handler(request, response),
  );
  server.maxConnections = MAX_CONNECTIONS;
  const perAddress = new Map<string, number>();
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (perAddress.get(address) ?? 0) + 1;
    perAddress.set(address, count);
    socket.once('close', () => {
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left > 0) perAddress.set(address, left);
      else perAddress.delete(address);
    });
    if (count > MAX_PER_ADDRESS) socket.destroy();
  });
  server.on('upgrade', (request, socket, head) => {
    if (onUpgrade) onUpgrade(request, socket, head);
    else socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  return server;
}

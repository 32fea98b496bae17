import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Handler } from './gate';

export type GateLimits = {
  /** Connections at once, in all and from one address. */
  connections: number;
  perAddress: number;
  /** How long a head, and a whole request, may take to arrive, in ms. */
  headersMs: number;
  requestMs: number;
  /** How often that is looked at. */
  checkEveryMs: number;
};

const LIMITS: GateLimits = {
  connections: 2_048,
  perAddress: 512,
  headersMs: 10_000,
  requestMs: 30_000,
  checkEveryMs: 2_000,
};

export type GateServerOptions = {
  handler: Handler;
  limits?: Partial<GateLimits>;
  /** Whether an address is a proxy that brings many people: only the limit of all connections holds for it. */
  isProxy?: (address: string) => boolean;
  /** Takes over a connection that asks for another protocol; without it such requests are refused. */
  onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
};

/**
 * The HTTP server, with limits against clients that send slowly, much, or nothing. They bound how long a request may
 * take to arrive and not how long an answer lasts, so event streams live on.
 */
export function createGateServer({
  handler,
  limits = {},
  isProxy = () => false,
  onUpgrade,
}: GateServerOptions): Server {
  const { connections, perAddress, headersMs, requestMs, checkEveryMs } = { ...LIMITS, ...limits };
  const server = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: checkEveryMs,
      // Longer than the idle time of common proxies, which otherwise send into a connection that just closed.
      keepAliveTimeout: 75_000,
    },
    (request: IncomingMessage, response: ServerResponse) => void handler(request, response),
  );
  server.maxConnections = connections;
  const counts = new Map<string, number>();
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1;
      if (left > 0) counts.set(address, left);
      else counts.delete(address);
    });
    if (count > perAddress && !isProxy(address)) socket.destroy();
  });
  server.on('upgrade', (request, socket, head) => {
    if (onUpgrade) onUpgrade(request, socket, head);
    else socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  return server;
}

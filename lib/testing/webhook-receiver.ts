import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type Received = {
  key: string | undefined;
  headers: http.IncomingHttpHeaders;
  path: string;
  /** As it came over the wire. */
  raw: string;
  body: unknown;
};

/** A real HTTP server on a free loopback port that keeps what is posted to it. */
export async function startWebhookReceiver() {
  const received: Received[] = [];
  let answer: (response: http.ServerResponse) => void = (response) => response.writeHead(204).end();
  const server = http.createServer((request, response) => {
    void text(request).then((body) => {
      received.push({
        key: request.headers['idempotency-key'] as string | undefined,
        headers: request.headers,
        path: request.url ?? '',
        raw: body,
        body: body === '' ? null : JSON.parse(body),
      });
      answer(response);
    });
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    answerWith(next: (response: http.ServerResponse) => void) {
      answer = next;
    },
    /** Nothing listens any more: connections are refused. */
    down: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    up: () => listen(port),
  };
}

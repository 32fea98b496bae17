import { connect, createServer, type AddressInfo } from 'node:net';

/** A TCP relay in front of a server on 127.0.0.1 that counts what passes, so that a test knows exactly what a client asked and got. */
export type TcpTap = {
  port: number;
  /** Bytes from the server to its clients. */
  bytesDown(): number;
  /** All that clients sent, as text. */
  sent(): string;
  reset(): void;
  close(): Promise<void>;
};

export async function openTcpTap(targetPort: number): Promise<TcpTap> {
  let bytes = 0;
  let sent = '';
  const server = createServer((client) => {
    const upstream = connect({ host: '127.0.0.1', port: targetPort });
    client.on('data', (chunk) => {
      sent += chunk.toString('latin1');
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      bytes += chunk.length;
      client.write(chunk);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    bytesDown: () => bytes,
    sent: () => sent,
    reset() {
      bytes = 0;
      sent = '';
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

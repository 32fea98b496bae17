import { connect, createServer, type AddressInfo } from 'node:net';

/** A TCP relay in front of a server on 127.0.0.1 that counts what passes, so that a test knows exactly what a client asked and got. */
export type TcpTap = {
  port: number;
  /** Bytes from the server to its clients. */
  bytesDown(): number;
  /** All that clients sent, as text. */
  sent(): string;
  reset(): void;
  /** Cuts the connection of this client name (as CLIENT SETNAME gave it) when it sends for the `sends`-th time from now. */
  cutAt(clientName: string, sends: number): void;
  close(): Promise<void>;
};

export async function openTcpTap(targetPort: number): Promise<TcpTap> {
  let bytes = 0;
  let sent = '';
  let cut: { clientName: string; sends: number } | null = null;
  const server = createServer((client) => {
    const upstream = connect({ host: '127.0.0.1', port: targetPort });
    let greeting = '';
    client.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      sent += text;
      greeting = (greeting + text).slice(0, 1_000);
      if (cut && greeting.includes(cut.clientName) && --cut.sends <= 0) {
        cut = null;
        client.destroy();
        return;
      }
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
    cutAt(clientName, sends) {
      cut = { clientName, sends };
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const messageSchema = z.object({ event: z.string(), sentence: z.string() });

/** A receiver of alert webhooks on a free port of 127.0.0.1 that prints each as one line. */
export function startAlertPrinter(): Promise<{ url: string; stop: () => void }> {
  const server = createServer((request, response) => {
    void text(request)
      .then((body) => {
        const message = messageSchema.safeParse(JSON.parse(body));
        if (message.success) console.log(`${clock()} ${message.data.event}: ${printable(message.data.sentence)}`);
        response.writeHead(message.success ? 204 : 400).end();
      })
      .catch(() => response.writeHead(400).end());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      resolve({ url: `http://127.0.0.1:${port}/alerts`, stop: () => server.close() });
    });
  });
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}

/** Queue names end in sentences, and a terminal obeys control characters. */
function printable(sentence: string): string {
  return sentence.replace(/[\p{Cc}\p{Cf}]/gu, '·');
}

import { Redis } from 'ioredis';
import { withoutPassword } from '../../lib/config/redis-address';
import { SetupError } from '../setup/step';

/** Lies in a Redis that a demo has used before, so that the next run may use it again. */
const MARKER = 'tailback:demo';
const QUEUE_KEY = /:(meta|id|wait)$/;

/**
 * Makes sure that a Redis which the person named may be filled with the demo's jobs.
 * @throws SetupError when it holds queues of somebody else, or does not answer
 */
export async function claimForeignRedis(url: string): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    commandTimeout: 5_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    if (await client.exists(MARKER)) return;
    const key = await firstQueueKey(client);
    if (key !== null)
      throw new SetupError(
        `${withoutPassword(url)} already holds queues (key ${JSON.stringify(key)}). The demo adds jobs of its own: give it an empty Redis.`,
      );
    await client.set(MARKER, new Date().toISOString());
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw new SetupError(`The Redis at ${withoutPassword(url)} cannot be used: ${(error as Error).message}`);
  } finally {
    client.disconnect();
  }
}

async function firstQueueKey(client: Redis): Promise<string | null> {
  let cursor = '0';
  do {
    const [next, keys] = await client.scan(cursor, 'COUNT', 1_000);
    const found = keys.find((key) => QUEUE_KEY.test(key) && !key.startsWith('tailback:'));
    if (found !== undefined) return found;
    cursor = next;
  } while (cursor !== '0');
  return null;
}

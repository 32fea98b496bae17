import { expect, test } from 'vitest';
import { databaseUrl, emptyDatabase } from '../testing/looker';
import { crashOperation, seededRandom } from '../testing/operation-crash';
import { bullDriver, bullMq5Driver, bullMqDriver } from '../testing/queue-drivers';

test.each([
  { driver: bullDriver, action: 'retry', query: '', database: 43, seed: 1 },
  { driver: bullMq5Driver, action: 'duplicate', query: 'name=even', database: 44, seed: 2 },
  { driver: bullMqDriver, action: 'clean', query: '', database: 45, seed: 3 },
  { driver: bullMqDriver, action: 'dead-letter', query: 'name=even', database: 46, seed: 4 },
] as const)(
  'an operation on $driver.label whose process is killed is finished by another: no job lost, none done twice',
  async ({ driver, action, query, database, seed }) => {
    (await emptyDatabase(database)).redis.disconnect();
    const one = { action, query, jobs: 500, pace: query === '' ? 120 : 60 };
    const { kills, takeovers } = await crashOperation(driver, databaseUrl(database), one, 1, seededRandom(seed));
    expect(kills).toBe(1);
    expect(takeovers).toBeGreaterThanOrEqual(1);
  },
  60_000,
);

import { crashOperation, seededRandom, type CrashCase } from '../../lib/testing/operation-crash';
import { bullDriver, bullMq5Driver, bullMqDriver } from '../../lib/testing/queue-drivers';
import { startPrivateRedis } from '../setup/private-redis';

const KILLS = 50;
const KILLS_EACH = 2;
const CASES: readonly CrashCase[] = [
  { action: 'retry', query: '', jobs: 4_000, pace: 150 },
  { action: 'retry', query: 'name=even', jobs: 6_000, pace: 120 },
  { action: 'duplicate', query: 'name=even', jobs: 4_000, pace: 100 },
  { action: 'remove', query: 'name=even', jobs: 4_000, pace: 100 },
  { action: 'dead-letter', query: 'name=even', jobs: 4_000, pace: 100 },
  { action: 'promote', query: '', jobs: 2_000, pace: 100 },
  { action: 'clean', query: '', jobs: 4_000, pace: 200 },
  { action: 'drain', query: '', jobs: 4_000, pace: 200 },
];

/** Kills what runs operations 50 times at random points, on Bull 4, BullMQ 5 and 6; `args[0]`: the seed. */
export async function soakOperations([seedText]: readonly string[]): Promise<void> {
  const seed = Number(seedText ?? Date.now() % 100_000);
  console.log(`  seed ${seed}`);
  const random = seededRandom(seed);
  const redis = await startPrivateRedis();
  let killed = 0;
  try {
    for (let round = 0; killed < KILLS; round += 1) {
      const driver = [bullDriver, bullMq5Driver, bullMqDriver][round % 3];
      const one = CASES[Math.floor(round / 3) % CASES.length];
      if (!driver || !one) continue;
      const { kills, takeovers } = await crashOperation(
        driver,
        `${redis.url}/1`,
        one,
        Math.min(KILLS_EACH, KILLS - killed),
        random,
      );
      killed += kills;
      console.log(
        `  ${driver.label}, ${one.action}${one.query === '' ? ' all' : ' some'}: ${kills} kills, ${takeovers} takeovers, no job lost, none done twice (${killed} of ${KILLS})`,
      );
    }
  } finally {
    await redis.stop();
  }
}

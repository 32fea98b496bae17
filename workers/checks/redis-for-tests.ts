import { startPrivateRedis } from '../setup/private-redis';

/**
 * Gives the tests a Redis of their own: `TEST_REDIS_URL`, and `TEST_REDIS_BIN` for tests that start and stop one
 * themselves. Both may be set from outside to use others.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  if (process.env['TEST_REDIS_URL'] && process.env['TEST_REDIS_BIN']) return async () => {};
  const redis = await startPrivateRedis();
  process.env['TEST_REDIS_URL'] ??= redis.url;
  process.env['TEST_REDIS_BIN'] ??= redis.binary.file;
  return () => redis.stop();
}

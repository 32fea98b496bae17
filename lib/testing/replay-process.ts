import { Redis } from 'ioredis';
import { createReplayer } from './replayer';

/** A process that runs replays until it is killed: `replay-process.ts <redis url> <management url> <amqp url>`. */
const [redisUrl = '', managementUrl = '', amqpUrl = ''] = process.argv.slice(2);
const redis = new Redis(redisUrl);
redis.once('ready', () => {
  createReplayer(redis, { managementUrl, amqpUrl }).runner.start();
  process.stdout.write('ready\n');
});

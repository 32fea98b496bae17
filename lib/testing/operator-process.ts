import { Redis } from 'ioredis';
import { Operator } from './operator';

/** A process that runs operations until it is killed: `operator-process.ts <redis url>`. Says `ready` once it does. */
const [url = ''] = process.argv.slice(2);
const redis = new Redis(url);
redis.once('ready', () => {
  new Operator(redis, url).runner.start();
  process.stdout.write('ready\n');
});

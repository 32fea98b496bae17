// A real worker of one queue in a process of its own. What its handler does comes over IPC and may change at any time:
// { runMs, failShare, failText, blockMs, hang, slowNames: { name: ms } }. Jobs may say `poison: true` or `kill: true`.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { library, url, prefix, name, concurrency, limiter, lockDuration, stalledInterval, maxStalledCount, ...first } =
  JSON.parse(process.argv[2] ?? '{}');
const { hostname, port, pathname } = new URL(url);
const connection = {
  host: hostname,
  port: Number(port),
  db: Number(pathname.slice(1) || 0),
};
let does = first.does;
process.on('message', (message) => {
  does = { ...does, ...message };
  if (message.pausing !== undefined) void (message.pausing ? rest() : goOn());
});

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function handle(job) {
  const {
    runMs = 10,
    failShare = 0,
    failText = 'cannot do it',
    blockMs = 0,
    hang = false,
    isImmune = false,
    slowNames = {},
  } = does;
  if (job.data?.kill === true && !isImmune) process.kill(process.pid, 'SIGKILL');
  if (hang) await new Promise(() => undefined);
  await sleep((slowNames[job.name] ?? runMs) * (0.8 + 0.4 * Math.random()));
  if (blockMs > 0) for (const end = Date.now() + blockMs; Date.now() < end;);
  if (job.data?.poison === true) throw new Error('cannot read this job');
  if (Math.random() < failShare) throw new Error(failText);
  return 'done';
}

let close;
let rest;
let goOn;
const settings = {
  ...(lockDuration === undefined ? {} : { lockDuration }),
  ...(stalledInterval === undefined ? {} : { stalledInterval }),
  ...(maxStalledCount === undefined ? {} : { maxStalledCount }),
};
if (library === 'bull') {
  const Bull = require('bull');
  const queue = new Bull(name, { prefix, redis: connection, ...(limiter ? { limiter } : {}), settings });
  queue.on('error', () => undefined);
  void queue.process('*', concurrency, handle);
  await queue.isReady();
  close = () => queue.close();
  rest = () => queue.pause(true);
  goOn = () => queue.resume(true);
} else {
  const { Worker } = require(library);
  const worker = new Worker(name, handle, {
    prefix,
    concurrency,
    connection: { ...connection, maxRetriesPerRequest: null },
    ...(limiter ? { limiter } : {}),
    ...settings,
  });
  worker.on('error', () => undefined);
  await worker.waitUntilReady();
  close = () => worker.close();
  rest = () => worker.pause();
  goOn = () => worker.resume();
}
process.on('SIGTERM', () => void close().finally(() => process.exit(0)));
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

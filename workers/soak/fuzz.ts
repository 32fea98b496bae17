import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { fuzzTarget } from '../../lib/testing/fuzz/target';
import type { Tally } from '../../lib/testing/fuzz/run';
import { buildIfNeeded } from '../setup/build-if-needed';
import { freePort } from '../setup/free-port';
import { startPrivateRedis } from '../setup/private-redis';
import { startProduct } from '../setup/product';

const OPTIONS = {
  requests: { type: 'string', default: '50000' },
  seed: { type: 'string' },
} as const;
/** Share of the requests after which the process has loaded what it will ever load. */
const WARM_UP = 0.3;
/** What is held after a collection of garbage may grow by so many MB from then on. */
const MAX_GROWTH_MB = 24;
/** The process collects garbage before it takes more, so that the resident set means something, too. */
const HEAP_MB = 512;
const TELL_MEMORY = path.resolve(import.meta.dirname, 'tell-memory.mjs');

/**
 * Valid, nearly valid and hostile requests to every route and page of the product as it is built.
 * @throws when one is answered with 500 or above, hangs, is done though the schemas refuse it, or memory goes on growing
 */
export async function soakFuzz(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const seed = Number(values.seed ?? Date.now() % 100_000);
  const count = Number(values.requests);
  console.log(`  seed ${seed}, ${count} requests`);
  await buildIfNeeded();
  const redis = await startPrivateRedis();
  const folder = await mkdtemp(path.join(tmpdir(), 'tailback-fuzz-'));
  const token = randomBytes(24).toString('base64url');
  const told = path.join(folder, 'memory');
  const env = {
    NODE_OPTIONS: `--expose-gc --max-old-space-size=${HEAP_MB} --import ${pathToFileURL(TELL_MEMORY).href}`,
    TAILBACK_TELL_MEMORY: told,
    REDIS_URL: redis.url,
    TAILBACK_DATA_DIR: folder,
    TAILBACK_TOKEN: token,
    TAILBACK_LOG_LEVEL: 'error',
  };
  let restarts = 0;
  const onRestart = (line: string) => {
    restarts += 1;
    console.error(`  ${line}`);
  };
  const product = startProduct({ port: await freePort(), env, onRestart });
  const queues = await fuzzTarget.fill(redis.url);
  try {
    await product.ready(60_000);
    const memory: number[] = [];
    const between = async (done: number) => {
      if (done % 2_500 !== 0) return;
      const { heldMb, residentMb } = await webMemory(told);
      memory.push(heldMb);
      console.log(`  ${done} sent, web process holds ${heldMb} MB, resident ${residentMb} MB`);
      // What was paused, removed or cleared is there again for the next ones.
      await Promise.all((await fuzzTarget.fill(redis.url)).map((queue) => queue.close()));
    };
    const tally = await fuzzTarget.run({ url: product.url, token, seed, count, only: null, withPages: true, between });
    report(tally);
    const warm = Math.max(...memory.slice(0, Math.ceil(memory.length * WARM_UP)));
    const growth = (memory.at(-1) ?? 0) - warm;
    console.log(`  held: ${warm} MB at most when warm, ${memory.at(-1)} MB at the end`);
    if (tally.findings.length > 0) throw new Error(`${tally.findings.length} findings, see above`);
    if (restarts > 0) throw new Error(`a process ended ${restarts} times`);
    if (growth > MAX_GROWTH_MB) throw new Error(`the web process holds ${growth} MB more`);
  } finally {
    await Promise.all(queues.map((queue) => queue.close()));
    await product.stop();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function report({ statuses, slowestMs, findings }: Tally): void {
  console.log(`  answers: ${JSON.stringify(statuses)}, slowest ${Math.round(slowestMs)} ms`);
  for (const finding of findings) console.error(`  ${finding}`);
}

/** What our web process holds once its garbage is collected, and its resident set; MB. */
async function webMemory(told: string): Promise<{ heldMb: number; residentMb: number }> {
  const pid = await webPid();
  const file = `${told}.${pid}`;
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (let tries = 0; tries < 600; tries += 1) {
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text !== null) {
      const { heapUsed, external, rss } = JSON.parse(text) as NodeJS.MemoryUsage;
      return { heldMb: Math.round((heapUsed + external) / 1_048_576), residentMb: Math.round(rss / 1_048_576) };
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the web process does not say how much memory it holds');
}

async function webPid(): Promise<number> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const [command, status] = await Promise.all(
      ['cmdline', 'status'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
    );
    if (command?.includes('workers/web.ts') && status?.includes(`PPid:\t${process.pid}\n`)) return Number(pid);
  }
  throw new Error('the web process is not to be found in /proc');
}

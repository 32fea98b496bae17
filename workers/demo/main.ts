import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { buildIfNeeded } from '../setup/build-if-needed';
import { findRedis } from '../setup/find-redis';
import { freePort, isFree } from '../setup/free-port';
import { onStop } from '../setup/on-stop';
import { takePidLock } from '../setup/pid-lock';
import { startPrivateRedis } from '../setup/private-redis';
import { startProduct } from '../setup/product';
import { endWith, seconds, SetupError, step } from '../setup/step';
import { supervise } from '../setup/supervise';
import { startAlertPrinter } from './alert-printer';
import { prepareDemoRabbit, type DemoRabbit } from './demo-rabbit';
import { claimForeignRedis } from './demo-redis';
import { addDemoUsers, OPERATOR, VIEWER } from './demo-users';
import { ADMIN, DEMO_SOURCE, demoCredentials, demoFolder, writeDemoConfig, type DemoCredentials } from './settings';

const USAGE = `Usage: npm run demo -- [options]

  --port N             port of the screens, default 3000 or a free one
  --demo-redis URL     an empty Redis for the demo's jobs, instead of one of its own
  --help               this text

REDIS_URL and all TAILBACK_ variables are ignored: the demo never touches your Redis.
`;

const PROGRAMS = [
  ...['report-producer', 'report-worker', 'email-sending', 'video-transcode'],
  ...['image-resize', 'order-fulfilment', 'schedules', 'legacy-import'],
];
/** Only where there is a RabbitMQ. */
const RABBIT_PROGRAMS = ['rabbit-producer', 'rabbit-consumer'];
const READY_LIMIT_MS = 60_000;
/** Longest time that unpacking a RabbitMQ may hold the demo up once all else is ready; the server itself starts beside it. */
const RABBIT_LIMIT_MS = 20_000;

/** Undone in reverse order. */
const undo: (() => unknown)[] = [];

const flags = readFlags();
onStop(async () => {
  console.log('\nStopping the demo …');
  await stopAll();
});
demo().catch(async (error: unknown) => {
  await stopAll();
  endWith(error);
});

async function demo(): Promise<void> {
  const start = performance.now();
  const folder = await demoFolder();
  const lock = await takePidLock(path.join(folder.root, 'demo.pid'));
  // Two would share one data file of Redis.
  if (typeof lock === 'number')
    throw new SetupError(
      `A demo already runs in this folder (process ${lock}). Stop it first, with Ctrl-C where it runs.`,
    );
  undo.push(lock);
  const credentials = await demoCredentials(folder.root);

  const preparing = rabbitOrReason(path.join(folder.root, 'rabbitmq'));
  const redisUrl = flags.redis ?? (await ownRedis(folder.redis));
  if (flags.redis)
    await step(
      'Redis',
      () => claimForeignRedis(redisUrl),
      () => 'the one you named',
    );
  await step('build', buildIfNeeded, (done) => done);

  const rabbit = await step(
    'RabbitMQ',
    () => Promise.race([preparing, lateAfter(RABBIT_LIMIT_MS)]),
    (found) =>
      typeof found === 'string' ? `none, the demo goes without: ${found}` : `${found.version}, starts beside the rest`,
  );
  const hasRabbit = typeof rabbit !== 'string';
  const printer = await startAlertPrinter();
  undo.push(printer.stop);
  const port = await demoPort();
  const env = {
    TAILBACK_CONFIG: await writeDemoConfig(folder.root, redisUrl, printer.url, hasRabbit ? [rabbit.source] : []),
    TAILBACK_DATA_DIR: folder.data,
    TAILBACK_ENVIRONMENT: 'demo',
    TAILBACK_ADMIN_EMAIL: ADMIN,
    TAILBACK_ADMIN_PASSWORD: credentials.password,
    TAILBACK_TOKEN: credentials.token,
    TAILBACK_LOG_LEVEL: 'error',
  };
  const product = startProduct({
    port,
    env,
    onRestart: (line) => console.error(line),
    onUnusable: () => void stopAll().then(() => process.exit(2)),
  });
  undo.push(() => product.stop());
  await step(
    'web and collector',
    () => product.ready(READY_LIMIT_MS),
    () => `ready at ${product.url}`,
  );
  const noUsers = await step(
    'people',
    () => addDemoUsers(folder.root, credentials, env),
    (problem) => problem ?? 'admin, operator, viewer',
  );
  const programs = supervise(programsFor(redisUrl, product.url, credentials), { onUnusable: () => {} });
  undo.push(() => programs.stop());
  console.log(`• producers and workers: ${PROGRAMS.length} programs, some 50 jobs a second`);
  if (hasRabbit) startReports(rabbit);
  console.log(`Ready after ${seconds(performance.now() - start)}.`);
  console.log(box(signInLines(product.url, credentials, noUsers === null)));
}

/** The RabbitMQ that is being prepared, or why there is none. */
async function rabbitOrReason(folder: string): Promise<DemoRabbit | string> {
  return prepareDemoRabbit(folder).then(
    (rabbit) => {
      undo.push(() => rabbit.stop());
      return rabbit;
    },
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

function lateAfter(ms: number): Promise<string> {
  const words = `it is not unpacked after ${ms / 1_000} s more; a start that is left alone for longer has it`;
  return new Promise((resolve) => setTimeout(resolve, ms, words).unref());
}

/** The reference pipeline, once its broker serves. */
function startReports(rabbit: DemoRabbit): void {
  rabbit.ready.then(
    () => {
      const programs = supervise(
        RABBIT_PROGRAMS.map((name) => ({ name, entry: `workers/demo/programs/${name}.ts`, env: rabbit.env })),
        { onUnusable: () => {} },
      );
      undo.push(() => programs.stop());
      console.log('• RabbitMQ: serves, with a producer and a consumer of reports');
    },
    (error: unknown) => console.error(`• RabbitMQ: ${error instanceof Error ? error.message : String(error)}`),
  );
}

async function demoPort(): Promise<number> {
  if (flags.port === null) return freePort(3_000);
  if (await isFree('127.0.0.1', flags.port)) return flags.port;
  throw new SetupError(`Port ${flags.port} is taken by another process: name a free one, or none.`);
}

async function ownRedis(dataFolder: string): Promise<string> {
  const binary = await step(
    'Redis server',
    findRedis,
    ({ file, version, origin }) => `${version} (${origin === 'PATH' ? file : origin})`,
  );
  const redis = await step(
    'Redis',
    () => startPrivateRedis({ binary, dataFolder }),
    ({ url }) => `own one at ${url}`,
  );
  let isStopping = false;
  undo.push(() => {
    isStopping = true;
    return redis.stop();
  });
  void redis.ended.then(() => {
    if (!isStopping) console.error("The demo's Redis has ended. Stop the demo with Ctrl-C and start it again.");
  });
  return redis.url;
}

function programsFor(redisUrl: string, apiUrl: string, { token }: DemoCredentials) {
  const env = { DEMO_REDIS_URL: redisUrl, DEMO_API_URL: apiUrl, DEMO_TOKEN: token, DEMO_SOURCE };
  return PROGRAMS.map((name) => ({ name, entry: `workers/demo/programs/${name}.ts`, env }));
}

function signInLines(url: string, credentials: DemoCredentials, hasUsers: boolean): string[] {
  const people = [['admin', ADMIN, credentials.password]];
  if (hasUsers)
    people.push(['operator', OPERATOR, credentials.operatorPassword], ['viewer', VIEWER, credentials.viewerPassword]);
  return [
    `Tailback   ${url}`,
    '',
    ...people.map(([role = '', email = '', password = '']) => `${role.padEnd(10)} ${email.padEnd(20)} ${password}`),
    '',
    'A burst of jobs in 40 s fires the backlog alert. Ctrl-C stops everything.',
  ];
}

function box(lines: string[]): string {
  const width = Math.max(...lines.map((line) => line.length));
  const edge = '─'.repeat(width + 2);
  return [`┌${edge}┐`, ...lines.map((line) => `│ ${line.padEnd(width)} │`), `└${edge}┘`].join('\n');
}

async function stopAll(): Promise<void> {
  for (const action of undo.splice(0).reverse())
    await Promise.resolve(action()).catch((error: unknown) => console.error(error));
}

function readFlags(): { port: number | null; redis: string | null } {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      options: { port: text, 'demo-redis': text, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      process.exit(0);
    }
    const port = values.port === undefined ? null : Number(values.port);
    if (port !== null && !(Number.isInteger(port) && port > 0 && port < 65_536))
      throw new Error(`--port: found ${values.port}, expected a whole number from 1 to 65535`);
    return { port, redis: values['demo-redis'] ?? null };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

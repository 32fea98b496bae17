import { parseArgs } from 'node:util';
import type { Config } from '../lib/config/config';
import { configOfThisProcess } from '../lib/config/env';
import { buildIfNeeded } from './setup/build-if-needed';
import { isFree } from './setup/free-port';
import { onStop } from './setup/on-stop';
import { endWith, step } from './setup/step';
import { EXIT_CONFIG, supervise } from './setup/supervise';
import { waitUntil, webState } from './setup/wait-until';

const USAGE = `Usage: npm start -- [options]

  --redis URL     Redis to watch (REDIS_URL): redis://[user:password@]host:port[/db] or rediss://…
  --port N        port to listen on (PORT), default 3000
  --host H        address to listen on (HOST), default 127.0.0.1
  --config FILE   configuration file (TAILBACK_CONFIG), default tailback.config.json
  --dev           development: no build, pages compiled as they are asked for
  --help          this text
`;

const WEB_UP_LIMIT_MS = 120_000;
const READY_LIMIT_MS = 15_000;

try {
  await start();
} catch (error) {
  endWith(error);
}

/** Web and collector as children of this process, until a signal ends it. */
async function start(): Promise<void> {
  const flags = readFlags();
  const config = configOfThisProcess();
  if (!(await isFree(config.host, config.port))) {
    console.error(
      `Port ${config.port} on ${config.host} is taken by another process: set PORT (or --port) to a free one.`,
    );
    process.exit(EXIT_CONFIG);
  }
  if (!flags.dev) await step('build', buildIfNeeded, (done) => done);

  const env = { NODE_ENV: flags.dev ? 'development' : 'production', NEXT_TELEMETRY_DISABLED: '1' };
  const programs = [
    { name: 'web', entry: 'workers/web.ts', args: flags.dev ? ['--dev'] : [], env },
    { name: 'collector', entry: 'workers/collector.ts', env },
  ];
  const supervisor = supervise(programs, {
    onUnusable: () => void supervisor.stop().then(() => process.exit(EXIT_CONFIG)),
    onRestart: ({ name }, how, delayMs) => console.error(`${name} ${how}; starting it again in ${delayMs / 1000} s`),
  });
  onStop(() => supervisor.stop());
  await announce(config);
}

function readFlags(): { dev: boolean } {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const options = {
      redis: text,
      port: text,
      host: text,
      config: text,
      dev: flag,
      help: { ...flag, short: 'h' },
    } as const;
    const { values } = parseArgs({ options });
    if (values.help) {
      process.stdout.write(USAGE);
      process.exit(0);
    }
    const variables = { REDIS_URL: values.redis, PORT: values.port, HOST: values.host, TAILBACK_CONFIG: values.config };
    for (const [name, value] of Object.entries(variables)) if (value !== undefined) process.env[name] = value;
    return { dev: values.dev };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(EXIT_CONFIG);
  }
}

/** One line when pages are served; a second one says what is missing when the data is not there yet. */
async function announce({ host, port, publicUrl, adminEmail, adminPassword }: Config): Promise<void> {
  const probeHost = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  const baseUrl = `http://${probeHost}:${port}`;
  if (!(await waitUntil(async () => (await webState(baseUrl)).isAlive, { limitMs: WEB_UP_LIMIT_MS, everyMs: 200 })))
    return;
  const password =
    adminPassword === null
      ? 'its password was printed above at the very first start'
      : 'password from TAILBACK_ADMIN_PASSWORD';
  console.log(
    `Tailback is up: ${publicUrl} (sign in as ${adminEmail}; ${password}; another: npm run users -- reset-password)`,
  );
  if (await waitUntil(async () => (await webState(baseUrl)).isReady, { limitMs: READY_LIMIT_MS, everyMs: 300 })) return;
  const { reason } = await webState(baseUrl);
  console.log(
    `Not ready yet: ${reason ?? 'the collector has not written anything'}. The screens say more; Tailback goes on trying.`,
  );
}

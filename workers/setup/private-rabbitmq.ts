import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findRabbitMq, type RabbitBinary } from './find-rabbitmq';
import { quietPorts } from './free-port';
import { findOnPath, runCommand, type CommandResult } from './run-command';
import { SetupError } from './step';

/** `user` is the broker's administrator. */
export type PrivateRabbit = {
  /** Management API, without a slash at the end. */
  managementUrl: string;
  /** Without credentials. */
  amqpUrl: string;
  ports: { amqp: number; management: number; amqps: number; https: number };
  user: string;
  password: string;
  binary: RabbitBinary;
  folder: string;
  /** Of the running server; changes with every start. */
  readonly pid: number;
  /** Runs `rabbitmqctl` against it. */
  ctl(...args: string[]): Promise<CommandResult>;
  /** Starts it again after `kill`, on the same ports and with its data. */
  start(): Promise<void>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Stops it in the middle of its work, with its connections open, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Ends the server and its epmd, and removes what is not to be kept. */
  stop(): Promise<void>;
};

export type RabbitOptions = {
  /** Kept; without it a temporary folder is used. */
  dataFolder?: string;
  binary?: RabbitBinary;
  /** Administrator; made up when absent. */
  user?: string;
  password?: string;
  /** More lines of `rabbitmq.conf`, of which the ports for TLS may be part. */
  config?: (ports: PrivateRabbit['ports']) => readonly string[];
  /** Ports that the caller has chosen, `RABBIT_PORTS` of them. */
  ports?: readonly number[];
  /** Beside `rabbitmq_management`. */
  plugins?: readonly string[];
};

/** How many ports it takes: AMQP, management, both with TLS, epmd, distribution and rabbitmqctl. */
export const RABBIT_PORTS = 7;

const START_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 10_000;
const HOST = '127.0.0.1';

/**
 * Starts a RabbitMQ of our own with its management plugin: node name, cookie, epmd and all ports are its own and on
 * 127.0.0.1. It dies with this process where the system can see to it.
 * @throws SetupError when no server is found or it does not start
 */
export async function startPrivateRabbit(options: RabbitOptions = {}): Promise<PrivateRabbit> {
  const binary = options.binary ?? (await findRabbitMq());
  const folder = options.dataFolder ?? (await mkdtemp(path.join(tmpdir(), 'tailback-rabbit-')));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [amqp = 0, management = 0, amqps = 0, https = 0, epmdPort = 0, dist = 0, ctlPort = 0] =
    options.ports ?? (await quietPorts(RABBIT_PORTS));
  const ports = { amqp, management, amqps, https };
  const user = options.user ?? 'root';
  const password = options.password ?? randomBytes(12).toString('hex');
  await writeConfig(folder, { ...options, user, password }, ports);

  const env = environment(binary, folder, { epmdPort, dist, ctlPort });
  const epmd = await launch(path.join(binary.erlang, 'epmd'), ['-address', HOST, '-port', String(epmdPort)], env);
  let server: ChildProcess | null = null;
  const output: string[] = [];
  const isRunning = () => server !== null && server.exitCode === null && server.signalCode === null;
  const end = async (signal: NodeJS.Signals) => {
    const ending = server;
    if (!ending || !isRunning()) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    // A server that is frozen hears nothing but this.
    ending.kill('SIGCONT');
    ending.kill(signal);
    const timer = setTimeout(() => ending.kill('SIGKILL'), STOP_LIMIT_MS);
    await ended;
    clearTimeout(timer);
  };
  const managementUrl = `http://${HOST}:${management}`;
  const rabbit: PrivateRabbit = {
    managementUrl,
    amqpUrl: `amqp://${HOST}:${amqp}`,
    ports,
    user,
    password,
    binary,
    folder,
    get pid() {
      return server?.pid ?? 0;
    },
    ctl: (...args) => runCommand(path.join(binary.scripts, 'rabbitmqctl'), args, { env, limitMs: 60_000 }),
    async start() {
      if (isRunning()) return;
      server = await launch(path.join(binary.scripts, 'rabbitmq-server'), [], env);
      for (const stream of [server.stdout, server.stderr])
        stream?.setEncoding('utf8').on('data', (text: string) => {
          output.push(text);
          if (output.length > 40) output.shift();
        });
      if (await answers(managementUrl, user, password, isRunning)) return;
      await rabbit.stop();
      throw new SetupError(
        `RabbitMQ (${binary.scripts}) does not start: ${output.join('').trim().slice(-800) || 'no output'}`,
      );
    },
    kill: () => end('SIGKILL'),
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    async stop() {
      await end(options.dataFolder ? 'SIGTERM' : 'SIGKILL');
      epmd.kill('SIGKILL');
      if (!options.dataFolder) await rm(folder, { recursive: true, force: true });
    },
  };
  await rabbit.start();
  return rabbit;
}

async function writeConfig(folder: string, options: RabbitOptions, ports: PrivateRabbit['ports']): Promise<void> {
  const lines = [
    `listeners.tcp.1 = ${HOST}:${ports.amqp}`,
    `management.tcp.ip = ${HOST}`,
    `management.tcp.port = ${ports.management}`,
    `default_user = ${options.user}`,
    `default_pass = ${options.password}`,
    'log.console = true',
    'log.console.level = error',
    'log.file = false',
    ...(options.config?.(ports) ?? []),
  ];
  await writeFile(path.join(folder, 'rabbitmq.conf'), `${lines.join('\n')}\n`, { mode: 0o600 });
  const plugins = ['rabbitmq_management', ...(options.plugins ?? [])];
  await writeFile(path.join(folder, 'enabled_plugins'), `[${plugins.join(',')}].\n`);
  // The cookie lets whoever knows it run anything: one of its own, not the person's.
  await writeFile(path.join(folder, '.erlang.cookie'), randomBytes(20).toString('hex'), {
    mode: 0o600,
    flag: 'wx',
  }).catch(() => undefined);
}

function environment(
  binary: RabbitBinary,
  folder: string,
  { epmdPort, dist, ctlPort }: { epmdPort: number; dist: number; ctlPort: number },
): Record<string, string> {
  return {
    PATH: `${binary.erlang}${path.delimiter}${process.env['PATH'] ?? ''}`,
    HOME: folder,
    LANG: 'C.UTF-8',
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: HOST,
    // The data folder is named after it: the same at every start, told apart from others by epmd's port.
    RABBITMQ_NODENAME: 'tailback@localhost',
    RABBITMQ_DIST_PORT: String(dist),
    RABBITMQ_CTL_DIST_PORT_MIN: String(ctlPort),
    RABBITMQ_CTL_DIST_PORT_MAX: String(ctlPort),
    RABBITMQ_CTL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_CONF_ENV_FILE: path.join(folder, 'no-environment.conf'),
    RABBITMQ_CONFIG_FILE: path.join(folder, 'rabbitmq'),
    RABBITMQ_ADVANCED_CONFIG_FILE: path.join(folder, 'advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: path.join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: path.join(folder, 'data'),
    RABBITMQ_LOG_BASE: path.join(folder, 'log'),
    // The script becomes the server instead of waiting for it: one process to end.
    RUNNING_UNDER_SYSTEMD: 'true',
  };
}

/** A session of its own keeps Ctrl-C in the terminal from ending it before those who still use it. */
async function launch(file: string, args: string[], env: Record<string, string>): Promise<ChildProcess> {
  const setpriv = process.platform === 'linux' ? await findOnPath('setpriv') : null;
  const [command, commandArgs] = setpriv ? [setpriv, ['--pdeathsig', 'KILL', file, ...args]] : [file, args];
  const child = spawn(command, commandArgs, {
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.on('error', () => undefined);
  return child;
}

async function answers(url: string, user: string, password: string, isRunning: () => boolean): Promise<boolean> {
  const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  for (const end = Date.now() + START_LIMIT_MS; Date.now() < end;) {
    if (!isRunning()) return false;
    const response = await fetch(`${url}/api/overview`, { headers, signal: AbortSignal.timeout(5_000) }).catch(
      () => null,
    );
    await response?.arrayBuffer().catch(() => undefined);
    if (response?.ok) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}

import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { connect } from 'amqplib';
import { makeAuthority } from '../setup/certificates';
import { findRabbitMq } from '../setup/find-rabbitmq';
import { quietPorts } from '../setup/free-port';
import { RABBIT_PORTS, startPrivateRabbit, type PrivateRabbit } from '../setup/private-rabbitmq';
import { REPORTS, RABBIT_USERS, userCommands, type RabbitUser } from './rabbit-users';

/** A RabbitMQ that is being started beside the rest of the demo. */
export type DemoRabbit = {
  /** What the configuration file says of it. */
  source: Record<string, unknown>;
  /** For the producer and the consumer: an AMQP address for each of their users, and the CA that they trust. */
  env: Record<string, string>;
  version: string;
  /** When it serves, with its users and queues. @throws Error when it does not start */
  ready: Promise<void>;
  stop(): Promise<void>;
};

/** @throws SetupError when there is no RabbitMQ here and none can be unpacked */
export async function prepareDemoRabbit(folder: string): Promise<DemoRabbit> {
  const binary = await findRabbitMq();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const password = await passwords(path.join(folder, 'passwords.json'));
  const ports = await quietPorts(RABBIT_PORTS);
  const [amqp = 0, management = 0, amqps = 0] = ports;
  const tls = await certificates(path.join(folder, 'tls'));
  let rabbit: PrivateRabbit | null = null;
  let isStopped = false;
  const start = async () => {
    const begun = await startPrivateRabbit({
      binary,
      ports,
      dataFolder: path.join(folder, 'broker'),
      user: 'admin',
      password: password('admin'),
      config: () => (tls ? tlsLines(amqps, tls) : []),
    });
    if (isStopped) return begun.stop();
    rabbit = begun;
    await setUp(rabbit, password);
  };
  const ready = start();
  // A demo that is stopped meanwhile ends it, and nobody waits for it any more.
  ready.catch(() => undefined);
  const host = '127.0.0.1';
  const address = (user: RabbitUser) =>
    `${tls ? 'amqps' : 'amqp'}://${user}:${password(user)}@${host}:${tls ? amqps : amqp}`;
  return {
    version: binary.version,
    source: {
      name: 'rabbitmq',
      kind: 'rabbitmq',
      url: `http://tailback:${password('tailback')}@${host}:${management}`,
      amqpUrl: address('tailback'),
      ...(tls ? { tls: { caFile: tls.ca } } : {}),
    },
    env: {
      DEMO_AMQP_PRODUCER: address('producer'),
      DEMO_AMQP_CONSUMER: address('consumer'),
      DEMO_AMQP_FAILURES: address('failures'),
      ...(tls ? { DEMO_AMQP_CA: tls.ca } : {}),
    },
    ready,
    async stop() {
      isStopped = true;
      await rabbit?.stop();
    },
  };
}

type Tls = { ca: string; cert: string; key: string };

/** `null` where there is no openssl: then the demo goes without TLS. */
async function certificates(folder: string): Promise<Tls | null> {
  try {
    const authority = await makeAuthority(folder, 'Tailback demo');
    return { ca: authority.ca, ...(await authority.issue('localhost', { names: ['localhost', '127.0.0.1'] })) };
  } catch {
    return null;
  }
}

function tlsLines(port: number, { ca, cert, key }: Tls): string[] {
  return [
    `listeners.ssl.1 = 127.0.0.1:${port}`,
    `ssl_options.cacertfile = ${ca}`,
    `ssl_options.certfile = ${cert}`,
    `ssl_options.keyfile = ${key}`,
    'ssl_options.verify = verify_none',
  ];
}

/** Users by rabbitmqctl, as docs/rabbitmq.md has it, where one is missing; queues at every start, which changes none. */
async function setUp(rabbit: PrivateRabbit, password: (user: RabbitUser) => string): Promise<void> {
  const { stdout: listed } = await rabbit.ctl('list_users', '--quiet', '--no-table-headers');
  const known = listed.split('\n').map((line) => line.split(/\s/)[0]);
  if (RABBIT_USERS.some((user) => !known.includes(user)))
    for (const command of userCommands(password)) {
      if (command[0] === 'add_user' && known.includes(command[1])) continue;
      const { code, stderr, stdout } = await rabbit.ctl('--quiet', ...command);
      if (code !== 0) throw new Error(`rabbitmqctl ${command[0]}: ${(stderr || stdout).trim().slice(-300)}`);
    }
  const { username, password: secret } = { username: rabbit.user, password: rabbit.password };
  const connection = await connect(rabbit.amqpUrl.replace('//', `//${username}:${secret}@`));
  const channel = await connection.createChannel();
  await channel.assertExchange(REPORTS.exchange, 'direct', { durable: true });
  await channel.assertExchange(REPORTS.deadExchange, 'fanout', { durable: true });
  await channel.assertQueue(REPORTS.deadQueue, { durable: true, maxLength: 5_000 });
  await channel.bindQueue(REPORTS.deadQueue, REPORTS.deadExchange, '');
  await channel.assertQueue(REPORTS.queue, {
    durable: true,
    deadLetterExchange: REPORTS.deadExchange,
    // A quorum queue counts deliveries by itself: the limit holds whatever the consumer does, also when it crashes.
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 },
  });
  await channel.bindQueue(REPORTS.queue, REPORTS.exchange, 'report');
  await connection.close();
}

async function passwords(file: string): Promise<(user: RabbitUser | 'admin') => string> {
  const known = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Record<string, string>,
    () => null,
  );
  const fresh = Object.fromEntries(['admin', ...RABBIT_USERS].map((user) => [user, randomBytes(12).toString('hex')]));
  const made = { ...fresh, ...known };
  await writeFile(file, JSON.stringify(made, null, 2), { mode: 0o600 });
  return (user) => made[user] ?? '';
}

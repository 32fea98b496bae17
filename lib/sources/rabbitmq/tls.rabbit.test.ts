import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TlsConfig } from '../../config/config';
import { messageOf } from '../../domain/errors';
import { RabbitLooker, rabbitSource } from '../../testing/rabbit-looker';
import { makeAuthority, type Authority, type Certificate } from '../../../workers/setup/certificates';
import { startPrivateRabbit, type PrivateRabbit } from '../../../workers/setup/private-rabbitmq';
import { connectAmqp } from './amqp-connect';

let folder: string;
let authority: Authority;
let other: Authority;
let client: Certificate;
let expired: Certificate;
let stranger: Certificate;
let rabbit: PrivateRabbit;
/** The same broker cannot show two certificates at one port: these listen with one that has ended. */
let old: PrivateRabbit;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tailback-tls-'));
  authority = await makeAuthority(path.join(folder, 'ours'));
  other = await makeAuthority(path.join(folder, 'other'), 'Somebody else');
  const server = await authority.issue('broker.example', { names: ['broker.example', '127.0.0.1'] });
  const ended = await authority.issue('127.0.0.1', { names: ['127.0.0.1'], days: -1 });
  client = await authority.issue('tailback', { use: 'client' });
  expired = await authority.issue('tailback', { use: 'client', days: -1 });
  stranger = await other.issue('tailback', { use: 'client' });
  const config = (mine: Certificate) => (ports: PrivateRabbit['ports']) => [
    `listeners.ssl.1 = 127.0.0.1:${ports.amqps}`,
    `ssl_options.cacertfile = ${authority.ca}`,
    `ssl_options.certfile = ${mine.cert}`,
    `ssl_options.keyfile = ${mine.key}`,
    'ssl_options.verify = verify_peer',
    'ssl_options.fail_if_no_peer_cert = true',
    `management.ssl.ip = 127.0.0.1`,
    `management.ssl.port = ${ports.https}`,
    `management.ssl.cacertfile = ${authority.ca}`,
    `management.ssl.certfile = ${mine.cert}`,
    `management.ssl.keyfile = ${mine.key}`,
    'management.ssl.verify = verify_peer',
    'management.ssl.fail_if_no_peer_cert = true',
  ];
  [rabbit, old] = await Promise.all([
    startPrivateRabbit({ config: config(server) }),
    startPrivateRabbit({ config: config(ended) }),
  ]);
}, 120_000);

afterAll(async () => {
  await Promise.allSettled([rabbit.stop(), old.stop()]);
  await rm(folder, { recursive: true, force: true });
});

/** What both doors say, each in one sentence; `up` where it opens. */
async function tried(tls: TlsConfig, broker = rabbit, host = '127.0.0.1'): Promise<{ https: string; amqps: string }> {
  const access = `${broker.user}:${broker.password}@${host}`;
  const source = rabbitSource(
    { managementUrl: `https://${access}:${broker.ports.https}`, amqpUrl: `amqps://${access}:${broker.ports.amqps}` },
    { tls },
  );
  const looker = RabbitLooker.open({ ...source, amqpUrl: undefined } as typeof source, '/');
  const said = (error: unknown) => messageOf(error);
  const https = await looker.look().then(() => 'up', said);
  await looker.watch.close();
  const amqps = await connectAmqp(source, null, 'tls test').then(async (connection) => {
    await connection.close();
    return 'up';
  }, said);
  return { https, amqps };
}

const mine = () => ({ certFile: client.cert, keyFile: client.key });

test('both doors open to a client certificate where the CA is trusted', async () => {
  expect(await tried({ caFile: authority.ca, ...mine() })).toEqual({ https: 'up', amqps: 'up' });
});

test('a CA that is not the server’s is told as such', async () => {
  for (const said of Object.values(await tried({ caFile: other.ca, ...mine() })))
    expect(said).toContain('not signed by an authority that is trusted here: give its CA as caFile');
});

test('a certificate for another name is told as such, and tls.serverName says which is meant', async () => {
  for (const said of Object.values(await tried({ caFile: authority.ca, ...mine() }, rabbit, 'localhost')))
    expect(said).toContain('is for another name');
  const named = { caFile: authority.ca, ...mine(), serverName: 'broker.example' };
  expect(await tried(named, rabbit, 'localhost')).toEqual({ https: 'up', amqps: 'up' });
});

test('a certificate that has ended is told as such', async () => {
  for (const said of Object.values(await tried({ caFile: authority.ca, ...mine() }, old)))
    expect(said).toContain('has expired: renew it');
});

test('a missing, ended or foreign client certificate is told as such', async () => {
  for (const said of Object.values(await tried({ caFile: authority.ca }))) expect(said).toContain('client certificate');
  for (const bad of [expired, stranger])
    for (const said of Object.values(await tried({ caFile: authority.ca, certFile: bad.cert, keyFile: bad.key })))
      expect(said).toContain('client certificate');
});

test('a file that is not there is named', async () => {
  const { https } = await tried({ caFile: '/nowhere/ca.pem' });
  expect(https).toContain('/nowhere/ca.pem cannot be read');
});

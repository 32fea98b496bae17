import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { encode } from 'next-auth/jwt';
import { createArena } from '../arena/arena';
import { Accounts } from '../auth/accounts';
import { sessionCookieName } from '../auth/session-token';
import { Sessions } from '../auth/sessions';
import { newUser } from '../auth/users-file';
import type { Config } from '../config/config';
import { loadConfig } from '../config/load-config';
import { createLog, type Log } from '../config/log';
import { accessBook, seesEverything } from '../domain/access';
import { actorFrom } from '../http/gate/actor-header';
import { createGate } from '../http/gate/gate';
import { createGateServer } from '../http/gate/server';
import { createWebRuntime, type WebRuntime } from '../runtime/web-runtime';

const SECRET = 'a secret of more than thirty-two characters';

export type Person = { email: string; cookie: string };

/** The web process as people reach it, without Next: its pages answer "page". */
export type GatedWeb = {
  url: string;
  port: number;
  server: Server;
  runtime: WebRuntime;
  accounts: Accounts;
  config: Config;
  /** A new person who has signed in. */
  personOf(role: string): Promise<Person>;
  /** Cookie of a session; `claims` replace parts of what it says, `maxAge` in s. */
  cookieFor(
    email: string,
    role: string,
    claims?: Record<string, unknown>,
    by?: { secret?: string; maxAge?: number },
  ): Promise<string>;
  /** A new token. `now` in ms: when it was made. */
  tokenOf(role: string, days?: number | null, now?: number): Promise<string>;
  stop(): Promise<void>;
};

export type GatedWebOptions = {
  redisUrl: string;
  /** Content of the configuration file. */
  file?: Record<string, unknown>;
  env?: Record<string, string>;
  log?: Log;
};

/** Starts gate, API and Arena in this process, on a port and a data folder of their own. */
export async function startGatedWeb({
  redisUrl,
  file = {},
  env: more = {},
  log = createLog('silent', 'test'),
}: GatedWebOptions): Promise<GatedWeb> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-gated-'));
  const configFile = path.join(dataDir, 'tailback.config.json');
  await writeFile(configFile, JSON.stringify(file));
  const env = { REDIS_URL: redisUrl, TAILBACK_DATA_DIR: dataDir, TAILBACK_CONFIG: configFile, ...more };
  const config = loadConfig(env, dataDir);
  const accounts = new Accounts(dataDir, config.roles);
  const sessions = new Sessions({ accounts, secret: SECRET, token: config.token, log });
  const isSessionLive = sessions.isLive.bind(sessions);
  const runtime = await createWebRuntime({ config, log, isSessionLive, accounts });
  const accessOf = accessBook(config.roles);
  const arena = createArena({ config, log, secret: SECRET, runtime, isSessionLive });
  const server = createGateServer({
    handler: createGate({
      config,
      log,
      isDev: false,
      openFiles: new Set(['/icon.svg']),
      identify: sessions.identify.bind(sessions),
      sessionCookieName,
      arena,
      metrics: {
        allowedCidrs: config.metricsAllowedCidrs,
        isOpenTo: ({ role }) => seesEverything(accessOf(role)),
        serve: () => runtime.metrics(),
      },
      next: (request, response) => serve(runtime, request, response),
    }),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let people = 0;
  let tokens = 0;

  async function cookieFor(email: string, role: string, claims = {}, by = {}): Promise<string> {
    const nowS = Math.floor(Date.now() / 1_000);
    const token = { email, role, epoch: 0, sid: `${email}-session`, signedInAt: nowS, ...claims };
    return `${sessionCookieName(false)}=${await encode({ token, secret: SECRET, maxAge: 3_600, ...by })}`;
  }
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    server,
    runtime,
    accounts,
    config,
    cookieFor,
    async personOf(role) {
      const email = `${role.toLowerCase()}-${(people += 1)}@localhost`;
      const user = newUser(email, role, null);
      await accounts.users.update((all) => [...all.values(), user]);
      return { email, cookie: await cookieFor(email, role, { epoch: user.epoch }) };
    },
    tokenOf: async (role, days = null, now = Date.now()) =>
      (await accounts.tokens.create({ name: `token ${(tokens += 1)}`, role, days, by: 'test' }, now)).token,
    async stop() {
      const ended = new Promise((resolve) => server.close(resolve));
      await runtime.close();
      server.closeAllConnections();
      await ended;
      await arena.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** What `app/api` does with a request, and a word in place of every page. */
async function serve(runtime: WebRuntime, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const isApi = /^\/api\/(?:v1(?:\/|$)|health$|ready$)/.test(new URL(request.url ?? '/', 'http://x').pathname);
  if (!isApi) return void response.writeHead(200, { 'Content-Type': 'text/html' }).end('page');
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) if (value !== undefined) headers.set(name, `${value}`);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const hasBody = !['GET', 'HEAD'].includes(request.method ?? 'GET');
  const init = {
    method: request.method ?? 'GET',
    headers,
    signal: gone.signal,
    ...(hasBody ? { body: Readable.toWeb(request) as ReadableStream<Uint8Array>, duplex: 'half' as const } : {}),
  };
  const answer = await runtime.handle(new Request(`http://localhost${request.url}`, init), actorFrom(headers));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (!answer.body || request.method === 'HEAD') return void response.end();
  await pipeline(Readable.fromWeb(answer.body as NodeReadableStream), response).catch(() => undefined);
}

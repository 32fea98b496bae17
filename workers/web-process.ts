import { readdir } from 'node:fs/promises';
import { Server, type IncomingMessage } from 'node:http';
import path from 'node:path';
import next from 'next';
import { createArena } from '../lib/arena/arena';
import { ensureDataDir, sessionSecret } from '../lib/auth/data-dir';
import { Accounts } from '../lib/auth/accounts';
import { ensureFirstAdmin } from '../lib/auth/first-admin';
import { sessionCookieName } from '../lib/auth/session-token';
import { Sessions } from '../lib/auth/sessions';
import type { Config } from '../lib/config/config';
import type { Log } from '../lib/config/log';
import { accessBook, seesEverything } from '../lib/domain/access';
import { messageOf } from '../lib/domain/errors';
import type { Actor } from '../lib/domain/permissions';
import { setHost } from '../lib/host';
import { actorFrom } from '../lib/http/gate/actor-header';
import { addressRanges } from '../lib/http/gate/address';
import { createGate, upgradeGuard } from '../lib/http/gate/gate';
import { refuse } from '../lib/http/gate/refusal';
import { REFUSALS } from '../lib/http/gate/refusals';
import { createGateServer } from '../lib/http/gate/server';
import type { createWebRuntime } from '../lib/runtime/web-runtime';
import { isRouterStateReadable } from './router-state';

export type WebProcessOptions = {
  config: Config;
  log: Log;
  isDev: boolean;
  createRuntime: typeof createWebRuntime;
};

/** Sessions are checked against the users file this often, in ms, so that streams of ended ones close in time. */
const SESSION_CHECK_MS = 2_000;
/** How long requests in flight may take to end at a stop, in ms. */
const STOP_MS = 3_000;

/**
 * Joins the parts of the web process and listens.
 * @returns a function that stops it
 * @throws when the port cannot be listened on, or the data folder cannot be used
 */
export async function startWebProcess({
  config,
  log,
  isDev,
  createRuntime,
}: WebProcessOptions): Promise<() => Promise<void>> {
  await ensureDataDir(config.dataDir);
  const secret = await sessionSecret(config.secret, config.dataDir);
  const accounts = new Accounts(config.dataDir, config.roles);
  const password = await ensureFirstAdmin(accounts.users, config);
  // At once: whatever fails from here on, the only copy has been shown.
  if (password !== null) process.stdout.write(firstAdminBlock(config, password));
  const sessions = new Sessions({ accounts, secret, token: config.token, log });
  await sessions.refresh();
  const refreshing = setInterval(() => {
    void sessions.refresh();
    void accounts.tokens
      .keepUses()
      .catch((error: unknown) => log.warn({ error: messageOf(error) }, 'tokens: last uses could not be written'));
  }, SESSION_CHECK_MS);

  const accessOf = accessBook(config.roles);
  const isSessionLive = (actor: Actor): boolean => sessions.isLive(actor);
  const runtime = await createRuntime({ config, log, isSessionLive, accounts });
  setHost({
    config,
    secret,
    api: (request) => runtime.handle(request, actorFrom(request.headers)),
    actorFrom,
    accessOf,
    signIn: (attempt) => runtime.signIn(attempt),
    signInByOidc: (arrival) => runtime.signInByOidc(arrival),
    endSession: (id) => accounts.endSession(id),
    logAuth: (level, code, detail) =>
      log[level]({ code, detail: detail instanceof Error ? detail.message : undefined }, 'sign-in'),
  });

  // Origins are told to next-auth by request: people may come by any allowed host.
  delete process.env['NEXTAUTH_URL'];
  process.env['AUTH_TRUST_HOST'] = '1';
  // Next adds its own listener for upgrades to the server it is given; it gets one that never listens, and the gate
  // hands over what it let through.
  const hotReload = new Server();
  const app = next({ dev: isDev, dir: process.cwd(), hostname: config.host, port: config.port, httpServer: hotReload });
  await app.prepare();
  const serveNext = app.getRequestHandler();

  const arena = createArena({ config, log, secret, runtime, isSessionLive });
  const options = {
    config,
    log,
    isDev,
    openFiles: await publicFiles(path.join(process.cwd(), 'public')),
    identify: sessions.identify.bind(sessions),
    sessionCookieName,
    arena,
    metrics: {
      allowedCidrs: config.metricsAllowedCidrs,
      isOpenTo: ({ role }: Actor) => seesEverything(accessOf(role)),
      serve: () => runtime.metrics(),
    },
    next: async (request: IncomingMessage, response: Parameters<typeof serveNext>[1]) =>
      isRouterStateReadable(request) ? serveNext(request, response) : refuse(request, response, REFUSALS.badHeader),
  };
  const onUpgrade = isDev
    ? upgradeGuard(options, (request, socket, head) => hotReload.emit('upgrade', request, socket, head))
    : undefined;
  const server = createGateServer({
    handler: createGate(options),
    isProxy: addressRanges(config.trustedProxies),
    ...(onUpgrade ? { onUpgrade } : {}),
  });
  try {
    await listen(server, config);
  } catch (error) {
    clearInterval(refreshing);
    await Promise.allSettled([runtime.close(), arena.close(), app.close()]);
    throw error;
  }
  log.info({ host: config.host, port: config.port, url: config.publicUrl }, 'web: listening');

  return async () => {
    server.close();
    clearInterval(refreshing);
    // Ends the event streams with their last word, then lets other requests finish.
    await Promise.race([runtime.close(), afterMs(STOP_MS)]).catch((error: unknown) =>
      log.warn({ error: messageOf(error) }, 'web: closing'),
    );
    server.closeIdleConnections();
    const isEmpty = new Promise((resolve) => server.once('close', resolve));
    await Promise.race([isEmpty, afterMs(STOP_MS)]);
    server.closeAllConnections();
    await Promise.race([Promise.allSettled([arena.close(), app.close()]), afterMs(1_000)]);
  };
}

function listen(server: Server, { host, port }: Pick<Config, 'host' | 'port'>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Paths of the files in `public/`, and of the icons that Next makes from `app/`. */
async function publicFiles(folder: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => `/${path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')}`);
  return new Set([...files, '/favicon.ico', '/icon.svg', '/apple-icon.png', '/manifest.webmanifest', '/robots.txt']);
}

/** Shown once, to the person at the terminal; never part of the log. */
function firstAdminBlock({ adminEmail, publicUrl }: Config, password: string): string {
  return `
  First administrator (shown once)
    address   ${publicUrl}
    e-mail    ${adminEmail}
    password  ${password}
  Change it with: npm run users -- reset-password ${adminEmail}

`;
}

function afterMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

import { readFileSync } from 'node:fs';
import { AuditLog } from '../actions/audit-log';
import { Accounts } from '../auth/accounts';
import { Door } from '../auth/door';
import { SignIn } from '../auth/sign-in';
import { AlertHistory } from '../alerts/history-store';
import { AlertSettingsStore } from '../alerts/settings-store';
import { ChannelDesk } from '../channels/channel-desk';
import { openChannels } from '../channels/open-channels';
import type { Config } from '../config/config';
import type { Log } from '../config/log';
import { accessBook } from '../domain/access';
import type { AuditEntry } from '../domain/audit';
import type { Actor } from '../domain/permissions';
import type { Queue } from '../domain/queue';
import { BacklogTrends } from '../history/backlog-trends';
import { tiersFor } from '../history/tiers';
import type { OidcArrival, SignInAttempt, SignInResult } from '../host';
import type { ApiContext } from '../http/api/context';
import { ROUTES } from '../http/api/routes';
import { SearchSlots } from '../http/api/search-slots';
import { serveApi } from '../http/api/serve';
import { json } from '../http/api/route';
import { EventStreams } from '../live/event-stream';
import { LiveMirror } from '../live/live-mirror';
import { OperationBoard } from '../live/operation-board';
import { MarkStore } from '../marks/mark-store';
import { Metrics, type Exposition } from '../metrics/metrics';
import { withoutHidden } from '../operations/without-hidden';
import { connectSubscriber } from '../redis/connect';
import { connectStore } from '../store/connect-store';
import { createOperations } from './create-operations';
import { endElevations } from './end-elevations';
import { withMarks } from './marked-audit';
import { openDesk } from './open-source';

/** Live views that one process serves at the same time. */
const MAX_STREAMS = 1_000;
/** Operations that somebody who connects is told of at most. */
const BOARD_OPERATIONS = 50;

export type WebRuntime = {
  /** Serves `/api/v1/*`, `/api/health` and `/api/ready`. */
  handle(request: Request, actor: Actor | null): Promise<Response>;
  /** Newest known queues. */
  queues(): Queue[];
  /** What `/metrics` answers. */
  metrics(): Promise<Exposition>;
  readiness(): { ok: boolean; reason: string | null };
  audit(entry: Omit<AuditEntry, 'id'>): Promise<void>;
  /** Lets somebody in, or not. */
  signIn(attempt: SignInAttempt): Promise<SignInResult>;
  signInByOidc(arrival: OidcArrival): Promise<SignInResult>;
  /** Says `bye` on all streams and ends the connections. */
  close(): Promise<void>;
};

/** Wires the web process: one mirror of the newest state, one set of connections. Comes up also while Redis is down. */
export async function createWebRuntime({
  config,
  log,
  isSessionLive,
  accounts = new Accounts(config.dataDir, config.roles),
}: {
  config: Config;
  log: Log;
  isSessionLive: (actor: Actor) => boolean;
  accounts?: Accounts;
}): Promise<WebRuntime> {
  const store = connectStore(config.storeUrl, { name: 'tailback-web', log });
  const subscriber = connectSubscriber(config.storeUrl, { name: 'tailback-live', log });
  const mirror = new LiveMirror(store, subscriber);
  const marks = new MarkStore(store);
  const audit = withMarks(new AuditLog(store, log), marks, () => mirror.snapshot().queues, log);
  const desks = new Map(config.sources.map((source) => [source.name, openDesk(source, log)]));
  const operations = createOperations({ store, deskOf: (source) => desks.get(source) ?? null, audit, log });
  const board = new OperationBoard(subscriber, () => operations.all.list(BOARD_OPERATIONS));
  const streams = new EventStreams(mirror, board, MAX_STREAMS);
  operations.runner.start();
  const stopEnding = endElevations({ accounts, audit: (entry) => audit.append(entry), log });
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const accessOf = accessBook(config.roles);
  const door = new Door({
    accounts,
    signIn: new SignIn(accounts.users),
    oidc: config.oidc,
    audit: (entry) => audit.append(entry),
    log,
  });
  const context: ApiContext = {
    config,
    log,
    version,
    store,
    mirror,
    streams,
    desks: new Map([...desks].map(([name, desk]) => [name, withoutHidden(desk, operations.hidden)])),
    audit,
    marks,
    channels: new ChannelDesk(openChannels(config.channels), config),
    alerts: { settings: new AlertSettingsStore(store), history: new AlertHistory(store) },
    trends: new BacklogTrends(store, tiersFor(config.retention).minutes),
    searches: new SearchSlots(),
    operations,
    isSessionLive,
    accessOf,
    accounts,
    checkPassword: (...given) => door.checkPassword(...given),
  };

  const metrics = new Metrics({
    source: mirror,
    maxQueues: config.metricsMaxQueues,
    version,
    openStreams: () => streams.size,
  });

  const readiness = () => {
    const reason = mirror.whyNotReady();
    return { ok: reason === null, reason };
  };
  return Promise.resolve({
    async handle(request, actor) {
      const { pathname } = new URL(request.url);
      if (pathname === '/api/health') return json({ status: 'alive' });
      if (pathname === '/api/ready') {
        const { ok, reason } = readiness();
        return ok ? json({ status: 'ready' }) : json({ status: 'not-ready', reason }, 503);
      }
      return serveApi(ROUTES, context, request, actor);
    },
    metrics: () => metrics.scrape(),
    queues: () => mirror.snapshot().queues,
    readiness,
    audit: (entry) => audit.append(entry),
    signIn: (attempt) => door.signIn(attempt),
    signInByOidc: (arrival) => door.signInByOidc(arrival),
    async close() {
      stopEnding();
      streams.closeAll();
      mirror.close();
      await operations.runner.close();
      await Promise.allSettled([...desks.values()].map((desk) => desk.close()));
      store.disconnect();
      subscriber.disconnect();
    },
  });
}

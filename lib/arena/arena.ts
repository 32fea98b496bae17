import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { throttled, type Log } from '../config/log';
import type { Config } from '../config/config';
import { accessBook, canDo, may, seesEverything } from '../domain/access';
import type { AuditEntry } from '../domain/audit';
import { messageOf } from '../domain/errors';
import { roleWords, type Actor } from '../domain/permissions';
import { queueLabel } from '../domain/queue-key';
import type { Queue } from '../domain/queue';
import type { ArenaDoor, Checked } from '../http/gate/gate';
import { refuse } from '../http/gate/refusal';
import { secureResponse } from '../http/gate/security-headers';
import { ArenaHost } from './arena-app';
import { arenaPolicy } from './arena-policy';
import { arenaRequest, type ArenaRequest } from './arena-request';
import { makeCapability, readCapability, RENEW_AFTER_MS } from './capability';
import { ArenaConnections } from './connections';
import { hostIdOf } from './queue-list';
import { ARENA_REFUSALS, down, readOnlyQueue } from './refusals';

export type ArenaOptions = {
  config: Pick<Config, 'sources' | 'roles'>;
  log: Log;
  secret: string;
  runtime: { queues(): Queue[]; audit(entry: Omit<AuditEntry, 'id'>): Promise<void> };
  isSessionLive(actor: Actor): boolean;
};

export type Arena = ArenaDoor & { close(): Promise<void> };

/** An answer is awaited this long, in ms. */
const TIME_LIMIT_MS = 10_000;
/** How long a page waits for a source that is just being connected, in ms. */
const CONNECT_MS = 2_500;

/** Bull Arena for all queues that were found, behind addresses that stand for a session. */
export function createArena({ config, log, secret, runtime, isSessionLive }: ArenaOptions): Arena {
  const accessOf = accessBook(config.roles);
  const connections = new ArenaConnections(config.sources, log);
  const warn = throttled(10_000, (suppressed, message) => log.warn({ suppressed }, `arena: ${message}`));
  const host = new ArenaHost(connections, (error, request, response) => {
    warn(messageOf(error));
    refuse(request, response, down('The queue did not answer as Arena expected.'));
  });

  async function serve(request: IncomingMessage, response: ServerResponse, checked: Checked): Promise<void> {
    const nonce = randomBytes(18).toString('base64');
    const wanted = arenaRequest(checked);
    secureResponse(response, {
      contentSecurityPolicy: arenaPolicy(nonce),
      isSecure: checked.isSecure,
      isImmutable: wanted.isAsset,
      isOpaque: true,
    });

    const capability = readCapability(wanted.capability, secret, checked.address);
    if (!capability || !isSessionLive(capability.actor)) return refuse(request, response, ARENA_REFUSALS.ended);
    const { actor } = capability;
    const access = accessOf(actor.role);
    // Arena shows all queues and whole jobs, and knows nothing of who looks.
    if (!seesEverything(access)) return refuse(request, response, ARENA_REFUSALS.hidden);
    // Its own scripts call it from their opaque origin; without this they could not read the answers.
    if (request.headers.origin === 'null') response.setHeader('Access-Control-Allow-Origin', 'null');
    if (checked.method === 'OPTIONS') return preflight(response);
    if (!wanted.isWrite) {
      if (wanted.isAsset) response.setHeader('Cache-Control', 'private, max-age=900');
      else if (isPage(request) && Date.now() - capability.madeAt > RENEW_AFTER_MS)
        return void response
          .writeHead(302, { Location: `/arena/c/${makeCapability(actor, secret)}${wanted.path}${checked.search}` })
          .end();
    }

    const queues = runtime.queues();
    host.setQueues(queues);
    if (queues.length === 0) return refuse(request, response, ARENA_REFUSALS.empty);
    if (wanted.isDump) return refuse(request, response, ARENA_REFUSALS.dump);
    const queue =
      wanted.queue && queues.find((one) => one.id.name === wanted.queue?.name && hostIdOf(one) === wanted.queue.host);
    if (wanted.isWrite) {
      const { origin } = request.headers;
      if (origin !== 'null' && origin !== `${checked.isSecure ? 'https' : 'http'}://${checked.host}`)
        return refuse(request, response, ARENA_REFUSALS.foreign);
      const isKnownAction = wanted.action !== null && queue;
      const refusal = !may(access, 'operate')
        ? ARENA_REFUSALS.role
        : !isKnownAction
          ? ARENA_REFUSALS.unknown
          : !canDo(access, queue.id, wanted.action?.split(' ', 1)[0] ?? '')
            ? ARENA_REFUSALS.role
            : queue.readOnlyReason !== null
              ? readOnlyQueue(queue.readOnlyReason)
              : null;
      if (refusal) {
        if (queue) void record(actor, wanted, queue, 'refused', refusal.detail);
        return refuse(request, response, refusal);
      }
    }
    if (queue && !(await connections.isUp(queue.id.source, CONNECT_MS)))
      return refuse(
        request,
        response,
        down(`The source "${queue.id.source}" does not answer. Arena works again as soon as it does.`),
      );

    const isReadOnly =
      !may(access, 'operate') || (queue ? queue.readOnlyReason !== null || !canDo(access, queue.id) : false);
    request.url = `/arena/c/${wanted.capability}${wanted.path}${wanted.search}`;
    await answered(
      response,
      () => host.serve(request, response, { nonce, isReadOnly }),
      () => refuse(request, response, down('There was no answer within 10 seconds.')),
    );
    if (wanted.isWrite && queue) {
      const isDone = response.statusCode < 400;
      const jobIds = wanted.jobIds.length > 0 ? wanted.jobIds : bulkIds(request);
      await record(
        actor,
        { ...wanted, jobIds },
        queue,
        isDone ? 'done' : 'failed',
        isDone ? null : `Arena answered ${response.statusCode}`,
      );
    }
  }

  async function record(
    actor: Actor,
    { action, jobIds }: ArenaRequest,
    queue: Queue,
    outcome: AuditEntry['outcome'],
    detail: string | null,
  ): Promise<void> {
    const { name, address } = actor;
    const entry = {
      at: Date.now(),
      actor: name,
      role: roleWords(actor),
      address,
      action: `arena: ${action ?? 'unknown'}`,
      target: queueLabel(queue.id),
      jobIds: jobIds.slice(0, 20),
      jobCount: jobIds.length,
      outcome,
      detail,
    };
    try {
      await runtime.audit(entry);
    } catch (error) {
      log.error({ entry, error: messageOf(error) }, 'arena: an action could not be written into the audit log');
    }
  }

  return {
    serve,
    addressFor: (actor, rest) => `/arena/c/${makeCapability(actor, secret)}${rest}`,
    close: () => Promise.resolve(connections.close()),
  };
}

/** Resolves when the answer is out, calls `onLate` when that takes too long. */
function answered(response: ServerResponse, start: () => void, onLate: () => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(onLate, TIME_LIMIT_MS);
    response.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    start();
  });
}

/** Job ids in the body of a bulk action, which Arena has parsed by then. */
function bulkIds(request: IncomingMessage): string[] {
  const { jobs } = (request as IncomingMessage & { body?: { jobs?: unknown } }).body ?? {};
  return Array.isArray(jobs) ? jobs.filter((id) => typeof id === 'string').map((id) => safeDecode(id)) : [];
}

/** Arena's page encodes ids once more than needed. */
function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function preflight(response: ServerResponse): void {
  response
    .writeHead(204, {
      'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
      'Access-Control-Allow-Headers': 'content-type, x-requested-with',
      'Access-Control-Max-Age': '600',
    })
    .end();
}

function isPage(request: IncomingMessage): boolean {
  return (request.headers.accept ?? '').includes('text/html');
}

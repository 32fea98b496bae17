import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Config } from '../../config/config';
import type { Log } from '../../config/log';
import { messageOf } from '../../domain/errors';
import type { Actor } from '../../domain/permissions';
import { ACTOR_HEADER, ADDRESS_HEADER } from '../../host';
import { actorHeader } from './actor-header';
import { addressRanges, clientAddress, type AddressRules } from './address';
import { boundedBody } from './body';
import { isCrossSite, isSafeMethod } from './cross-site';
import { reachedAs, type ReachedAs } from './origin';
import { refuse } from './refusal';
import { addressRefusal, hostRefusal, REFUSALS } from './refusals';
import { rewriteHeaders, withoutCookie } from './request-headers';
import { HEALTH_PATHS, isOpenPath, isStaticAsset, requestTarget, type RequestTarget } from './request-target';
import { pagePolicy, secureResponse } from './security-headers';

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A request that passed the checks of network and host. */
export type Checked = RequestTarget & ReachedAs & { address: string; method: string };

/** The embedded Arena, see `lib/arena`. */
export interface ArenaDoor {
  /** Serves a path under `/arena/c/`; does its own checks, since its pages have neither cookies nor an origin. */
  serve(request: IncomingMessage, response: ServerResponse, checked: Checked): Promise<void>;
  /** Address for a signed-in person, good for some minutes. `rest` is the path within Arena, with a leading slash. */
  addressFor(actor: Actor, rest: string): string;
}

/** The text of `/metrics`, and the addresses that may read it without a token; `null`: none. */
export type MetricsDoor = {
  allowedCidrs: readonly string[] | null;
  /** Whether somebody who is signed in may read it: it tells of all queues. */
  isOpenTo(actor: Actor): boolean;
  serve(): Promise<{ contentType: string; body: string }>;
};

export type GateOptions = {
  config: Pick<Config, 'allowedCidrs' | 'trustedProxies' | 'allowedHosts' | 'publicUrl'>;
  log: Log;
  isDev: boolean;
  /** Paths of public files that need no session. */
  openFiles: ReadonlySet<string>;
  /** Who asks; `null` when nobody is signed in. */
  identify(credentials: {
    authorization: string | undefined;
    cookie: string | undefined;
    address: string;
    isSecure: boolean;
  }): Promise<{ actor: Actor; setCookie?: string } | null>;
  sessionCookieName(isSecure: boolean): string;
  arena: ArenaDoor;
  metrics?: MetricsDoor;
  /** Next's request handler. */
  next: Handler;
};

/** Requests of one client that are being answered at the same time, live streams among them. */
export const MAX_IN_FLIGHT = 128;

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * The handler in front of everything that listens: network, host name, size, origin and session are checked here,
 * before Next or Arena see the request. Never rejects.
 */
export function createGate(options: GateOptions): Handler {
  const { config, log, isDev } = options;
  const rules: AddressRules = {
    isAllowed: addressRanges(config.allowedCidrs),
    isTrustedProxy: addressRanges(config.trustedProxies),
  };
  const publicOrigin = new URL(config.publicUrl).origin;
  const inFlight = new Map<string, number>();
  const mayScrape = addressRanges(options.metrics?.allowedCidrs ?? []);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const nonce = randomBytes(18).toString('base64');
    const policy = {
      contentSecurityPolicy: pagePolicy(nonce, isDev),
      isSecure: false,
      isImmutable: false,
      isOpaque: false,
    };
    secureResponse(response, policy);

    const client = clientAddress(request.socket.remoteAddress, request.headers, rules);
    if (!client.ok) return refuse(request, response, addressRefusal(client));
    const target = requestTarget(request.url);
    if (!target) return refuse(request, response, REFUSALS.badTarget);
    const isHealth = HEALTH_PATHS.has(target.pathname);
    const reached = reachedAs(request.headers, hostHeaders(request), client.isProxied, config);
    if ('found' in reached && !isHealth) return refuse(request, response, hostRefusal(reached.found));
    const as: ReachedAs = 'found' in reached ? { host: 'localhost', isSecure: false } : reached;
    const method = request.method ?? 'GET';
    const checked: Checked = { ...target, ...as, address: client.address, method };
    secureResponse(response, {
      ...policy,
      isSecure: as.isSecure,
      isImmutable: !isDev && isStaticAsset(target.pathname),
    });
    if (!METHODS.has(method)) return refuse(request, response, REFUSALS.badMethod);
    if (!isHealth && !enter(response, client.address)) return refuse(request, response, REFUSALS.tooManyAtOnce);

    const secFetchSite = header(request, 'sec-fetch-site');
    const origin = header(request, 'origin');
    const body = await boundedBody(request);
    if (!body.ok) return refuse(request, response, body.status === 413 ? REFUSALS.tooLarge : REFUSALS.badBody);
    request = body.request;
    const ours: Record<string, string> = {
      [ADDRESS_HEADER]: client.address,
      'x-forwarded-for': client.address,
      'x-forwarded-host': as.host,
      'x-forwarded-proto': as.isSecure ? 'https' : 'http',
      'content-security-policy': policy.contentSecurityPolicy,
    };

    if (target.pathname.startsWith('/arena/c/')) {
      rewriteHeaders(request, { ...ours, cookie: '' });
      return options.arena.serve(request, response, checked);
    }
    if (
      !isSafeMethod(method) &&
      isCrossSite({ secFetchSite, origin, host: as.host, isSecure: as.isSecure, publicOrigin })
    )
      return refuse(request, response, REFUSALS.crossSite);

    const { cookie } = request.headers;
    const known =
      isHealth || isStaticAsset(target.pathname)
        ? null
        : await options.identify({
            authorization: header(request, 'authorization'),
            cookie,
            address: client.address,
            isSecure: as.isSecure,
          });
    if (
      options.metrics &&
      isScrape(target.pathname, method) &&
      (known || (request.headers.authorization === undefined && mayScrape(client.address)))
    )
      return known && !options.metrics.isOpenTo(known.actor)
        ? refuse(request, response, REFUSALS.notForRole)
        : toMetrics(response, options.metrics);
    if (!known && !isOpenPath(target.pathname, { files: options.openFiles, isDev }))
      return turnAway(request, response, checked);
    // Pages take no writes, and there are no server actions: what looks like one is an attempt to find some.
    const isApi = target.pathname.startsWith('/api/');
    if (!isApi && (!['GET', 'HEAD'].includes(method) || request.headers['next-action'] !== undefined))
      return refuse(request, response, REFUSALS.badMethod);
    if (known?.setCookie && !target.pathname.startsWith('/api/auth/'))
      response.appendHeader('Set-Cookie', known.setCookie);
    if (known && target.pathname.startsWith('/arena/')) return toArena(response, known.actor, checked);
    rewriteHeaders(
      request,
      known
        ? { ...ours, [ACTOR_HEADER]: actorHeader(known.actor) }
        : // A session that ended elsewhere must not look alive to the sign-in library either.
          { ...ours, cookie: withoutCookie(cookie, options.sessionCookieName(as.isSecure)) },
    );
    return options.next(request, response);
  }

  /** Counts a request until it is answered; `false` when its client has too many under way. */
  function enter(response: ServerResponse, address: string): boolean {
    const count = inFlight.get(address) ?? 0;
    if (count >= MAX_IN_FLIGHT) return false;
    inFlight.set(address, count + 1);
    response.once('close', () => {
      const left = (inFlight.get(address) ?? 1) - 1;
      if (left > 0) inFlight.set(address, left);
      else inFlight.delete(address);
    });
    return true;
  }

  /** Signed out: pages lead to the sign-in and back, programs are told. */
  function turnAway(request: IncomingMessage, response: ServerResponse, { pathname, search, method }: Checked): void {
    if (
      pathname.startsWith('/api/') ||
      pathname === '/metrics' ||
      pathname === '/arena/frame' ||
      !['GET', 'HEAD'].includes(method)
    )
      return refuse(request, response, REFUSALS.signedOut);
    const query = new URLSearchParams(search);
    query.delete('_rsc');
    const wanted = query.size > 0 ? `${pathname}?${query}` : pathname;
    redirect(response, 307, wanted === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(wanted)}`);
  }

  async function toMetrics(response: ServerResponse, door: MetricsDoor): Promise<void> {
    const { contentType, body } = await door.serve();
    response.writeHead(200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' }).end(body);
  }

  function toArena(response: ServerResponse, actor: Actor, { pathname, search }: Checked): void {
    if (pathname === '/arena/') return redirect(response, 308, '/arena');
    if (pathname !== '/arena/frame')
      return redirect(response, 302, options.arena.addressFor(actor, pathname.slice('/arena'.length)) + search);
    const body = JSON.stringify({ url: options.arena.addressFor(actor, '/') });
    response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' }).end(body);
  }

  return async (request, response) => {
    const startedAt = performance.now();
    response.on('close', () => {
      log.debug(
        {
          method: request.method,
          path: loggedPath(request.url),
          status: response.statusCode,
          ms: Math.round(performance.now() - startedAt),
        },
        'request',
      );
    });
    try {
      await handle(request, response);
    } catch (error) {
      log.error({ method: request.method, path: loggedPath(request.url), error: messageOf(error) }, 'request failed');
      refuse(request, response, REFUSALS.broken);
    }
  };
}

function redirect(response: ServerResponse, status: number, location: string): void {
  response.writeHead(status, { Location: location }).end();
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function hostHeaders(request: IncomingMessage): number {
  return request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
}

/** No queries (they may hold what people search for), no capabilities. */
function loggedPath(url: string | undefined): string {
  const path = (url ?? '').split('?', 1)[0] ?? '';
  return path.replace(/^(\/arena\/c\/)[^/]*/, '$1…').slice(0, 500);
}

function isScrape(pathname: string, method: string): boolean {
  return pathname === '/metrics' && (method === 'GET' || method === 'HEAD');
}

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Lets the development server's own web socket through, for peers, hosts and origins of ours only. */
export function upgradeGuard({ config }: Pick<GateOptions, 'config'>, accept: Upgrade): Upgrade {
  const rules: AddressRules = {
    isAllowed: addressRanges(config.allowedCidrs),
    isTrustedProxy: addressRanges(config.trustedProxies),
  };
  return (request, socket, head) => {
    const client = clientAddress(request.socket.remoteAddress, request.headers, rules);
    const reached = client.ok
      ? reachedAs(request.headers, hostHeaders(request), client.isProxied, config)
      : { found: null };
    const pathname = requestTarget(request.url)?.pathname;
    const isOurs =
      !('found' in reached) &&
      pathname === '/_next/hmr' &&
      !isCrossSite({
        secFetchSite: header(request, 'sec-fetch-site'),
        origin: header(request, 'origin'),
        ...reached,
        publicOrigin: new URL(config.publicUrl).origin,
      });
    if (isOurs) accept(request, socket, head);
    else socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  };
}

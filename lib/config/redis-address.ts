/** Where one server listens. */
export type HostPort = { host: string; port: number };

/** Files that TLS takes (PEM), and the name that the server's certificate must bear where it is not the address's. */
export type TlsFiles = {
  caFile?: string | undefined;
  certFile?: string | undefined;
  keyFile?: string | undefined;
  serverName?: string | undefined;
};
const TLS_OPTIONS = ['caFile', 'certFile', 'keyFile', 'serverName'] as const;

type Access = { username: string | null; password: string | null; isTls: boolean; tls: TlsFiles };

/** What a Redis URL says. A Cluster has database 0 only. */
export type RedisAddress =
  | { kind: 'one'; url: string; tls: TlsFiles }
  | (Access & {
      kind: 'sentinel';
      sentinels: HostPort[];
      master: string;
      database: number;
      /** For the Sentinels themselves; `null` where they ask for none. */
      sentinelUsername: string | null;
      sentinelPassword: string | null;
    })
  | (Access & { kind: 'cluster'; nodes: HostPort[] });

/** What a Redis URL may look like, for messages. */
export const EXPECTED_REDIS_URL =
  'redis://[user:password@]host:port[/db], redis+sentinel://[user:password@]host:26379,host:26379/master-name[/db] ' +
  'or redis+cluster://[user:password@]host:6379,host:6379 (rediss:// and rediss+… for TLS)';

const SENTINEL_PORT = 26_379;
const REDIS_PORT = 6_379;
const SENTINEL_OPTIONS = ['sentinelUsername', 'sentinelPassword'];

/**
 * Reads a Redis URL of any topology. Names and passwords are percent-encoded; Sentinels' own go in
 * `?sentinelUsername=…&sentinelPassword=…`, files for TLS in `?caFile=…&certFile=…&keyFile=…&serverName=…`.
 * @throws Error that says what is wrong with it and never repeats a password
 */
export function readRedisUrl(text: string): RedisAddress {
  const match = /^redis(s?)[+-](sentinel|cluster):\/\/(.*)$/is.exec(text);
  if (!match) {
    if (!['redis:', 'rediss:'].includes(protocolOf(text))) throw new Error(`expected ${EXPECTED_REDIS_URL}`);
    const [url = '', query = ''] = text.split('?');
    const options = new URLSearchParams(query);
    const tls = readTls(options);
    for (const name of TLS_OPTIONS) options.delete(name);
    return { kind: 'one', url: options.size > 0 ? `${url}?${options.toString()}` : url, tls };
  }
  const [, tls, topology, rest = ''] = match;
  const parts = /^(?:(?<user>.*)@)?(?<hosts>[^/?#]*)(?<path>[^?#]*)(?:\?(?<query>[^#]*))?$/s.exec(rest)?.groups ?? {};
  const [username = '', ...password] = (parts['user'] ?? '').split(':');
  const access: Access = {
    username: decoded(username, 'the user name') || null,
    password: decoded(password.join(':'), 'the password') || null,
    isTls: tls !== '',
    tls: readTls(new URLSearchParams(parts['query'] ?? '')),
  };
  const path = (parts['path'] ?? '').split('/').slice(1).filter(Boolean);
  const query = new URLSearchParams(parts['query'] ?? '');
  return topology?.toLowerCase() === 'sentinel'
    ? { kind: 'sentinel', ...access, sentinels: readHosts(parts['hosts'], SENTINEL_PORT), ...readMaster(path, query) }
    : { kind: 'cluster', ...access, nodes: readHosts(parts['hosts'], REDIS_PORT), ...readNothing(path, query) };
}

/** What is wrong with a Redis URL, `null` when nothing is. */
export function whyNotRedisUrl(text: string): string | null {
  try {
    readRedisUrl(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** An address for screens and messages: without credentials. */
export function shownRedisUrl(url: string): string {
  return withoutPassword(url).replace(/\?.*$/s, '');
}

/** Addresses appear in messages and on screens; their passwords must not. Holds also for what is no URL. */
export function withoutPassword(url: string): string {
  return url.replace(/\/\/.*@/s, '//***@').replace(/(password=)[^&#]*/gi, '$1***');
}

function readHosts(text: string | undefined, usualPort: number): HostPort[] {
  const hosts = (text ?? '').split(',').filter(Boolean);
  if (hosts.length === 0) throw new Error(`names no host, expected ${EXPECTED_REDIS_URL}`);
  return hosts.map((one) => {
    const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(one);
    const port = match?.[3] === undefined ? usualPort : Number(match[3]);
    if (!match || port < 1 || port > 65_535)
      throw new Error(`has the host ${JSON.stringify(one)}, expected host:port, several separated by commas`);
    return { host: (match[1] ?? match[2]) as string, port };
  });
}

function readMaster(path: readonly string[], query: URLSearchParams) {
  const [master, database = '0', ...more] = path;
  if (master === undefined)
    throw new Error(
      'names no master, expected redis+sentinel://host:26379,host:26379/master-name[/db] with the name that the Sentinels know it by',
    );
  if (!/^\d{1,5}$/.test(database) || more.length > 0)
    throw new Error('ends in something that is no database, expected …/master-name[/db] with db a number');
  refuseUnknown(query, SENTINEL_OPTIONS);
  return {
    master: decoded(master, 'the master’s name'),
    database: Number(database),
    sentinelUsername: query.get('sentinelUsername') || null,
    sentinelPassword: query.get('sentinelPassword') || null,
  };
}

function readNothing(path: readonly string[], query: URLSearchParams): Record<never, never> {
  if (path.length > 0 && path.join('/') !== '0')
    throw new Error('names a database, and a Redis Cluster has only one: leave out what comes after the hosts');
  refuseUnknown(query, []);
  return {};
}

function readTls(query: URLSearchParams): TlsFiles {
  return Object.fromEntries(TLS_OPTIONS.flatMap((name) => (query.has(name) ? [[name, query.get(name) ?? '']] : [])));
}

function refuseUnknown(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys())
    if (!known.includes(name) && !TLS_OPTIONS.some((one) => one === name))
      throw new Error(
        `has the option ${JSON.stringify(name)}, expected ${known.length === 0 ? 'none' : known.join(' or ')}`,
      );
}

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error(`has a "%" in ${what} that is not part of an encoding: write %25 for it`);
  }
}

function protocolOf(text: string): string {
  try {
    return new URL(text).protocol;
  } catch {
    return '';
  }
}

import type { Server, Servers } from '../../redis/servers';
import { isForbidden } from './broker-facts';
import { workerFromClientName } from './keys';

/** One worker's connection in the broker's words. Times in ms. */
export type ListedWorker = {
  base: string;
  id: string;
  name: string | null;
  address: string;
  ageMs: number;
  idleMs: number;
  lastCommand: string | null;
  isWaiting: boolean;
  client: string | null;
};

export type Workers = {
  /** base → connected workers. */
  byBase: Map<string, number>;
  /** All of this database. */
  list: ListedWorker[];
  prefixes: Set<string>;
  /** Bases with workers in other databases of the server. */
  elsewhere: Set<string>;
  /** All clients of the server. */
  clients: number;
};

/** Longest text of one field that is kept; names are chosen by the workers. */
const MAX_TEXT = 200;

/**
 * Connected workers of all queues from one CLIENT LIST a server; `null` where the broker refuses the command.
 * The list covers the whole server, so connections of other databases are left out. A Bull process holds one
 * blocking connection a queue object, BullMQ one a worker: that many workers are counted, not their concurrency.
 *
 * In a Cluster a BullMQ worker names its connections to all nodes, and works through the one to its queue's node; Bull
 * names one connection, to any node. `about` says what is known of a queue: its kind, and the id of its server.
 */
export async function readWorkers(servers: Servers, database: number, about: AboutQueue): Promise<Workers | null> {
  try {
    const lists = await Promise.all(
      servers.up().map(async (server) => {
        const list = (await server.redis.call('CLIENT', 'LIST', 'TYPE', 'normal')) as string;
        return { server, workers: parseClientList(list, database) };
      }),
    );
    const [first] = lists;
    return first && lists.length === 1 && servers.states().length === 1 ? first.workers : join(lists, about);
  } catch (error) {
    if (isForbidden(error)) return null;
    throw error;
  }
}

type AboutQueue = (base: string) => { kind: 'bull' | 'bullmq' | null; serverId: string | null };

function join(lists: readonly { server: Server; workers: Workers }[], about: AboutQueue): Workers {
  const onServer = new Map(lists.map(({ server, workers }) => [server.id, workers.byBase]));
  const counts = (server: Server, base: string) => {
    const { kind, serverId } = about(base);
    if (kind === 'bull' || serverId === null) return true;
    const isThere = kind === 'bullmq' || (onServer.get(serverId)?.get(base) ?? 0) > 0;
    return !isThere || server.id === serverId;
  };
  const all: Workers = { byBase: new Map(), list: [], prefixes: new Set(), elsewhere: new Set(), clients: 0 };
  for (const { server, workers } of lists) {
    all.clients = Math.max(all.clients, workers.clients);
    for (const prefix of workers.prefixes) all.prefixes.add(prefix);
    for (const worker of workers.list) {
      if (!counts(server, worker.base)) continue;
      all.byBase.set(worker.base, (all.byBase.get(worker.base) ?? 0) + 1);
      // Each server numbers its connections by itself.
      all.list.push({ ...worker, id: `${server.address}/${worker.id}` });
    }
  }
  return all;
}

/** Pure part of `readWorkers`: one client a line, `key=value` pairs split by spaces. */
export function parseClientList(list: string, database: number): Workers {
  const workers: Workers = { byBase: new Map(), list: [], prefixes: new Set(), elsewhere: new Set(), clients: 0 };
  for (const line of list.split('\n')) {
    if (line === '') continue;
    workers.clients += 1;
    const name = / name=(\S*)/.exec(line)?.[1];
    const worker = name ? workerFromClientName(name) : null;
    if (!worker) continue;
    if (!line.includes(` db=${database} `)) {
      workers.elsewhere.add(worker.base);
      continue;
    }
    workers.prefixes.add(worker.prefix);
    workers.byBase.set(worker.base, (workers.byBase.get(worker.base) ?? 0) + 1);
    workers.list.push(describe(line, worker.base, name ?? ''));
  }
  return workers;
}

function describe(line: string, base: string, connectionName: string): ListedWorker {
  const fields = new Map<string, string>();
  for (const pair of line.split(' ')) {
    const cut = pair.indexOf('=');
    // The first of a key is the broker's own; a name with more of them cannot stand in for it.
    if (cut > 0 && !fields.has(pair.slice(0, cut))) fields.set(pair.slice(0, cut), pair.slice(cut + 1).trim());
  }
  const text = (key: string) => fields.get(key)?.slice(0, MAX_TEXT) || null;
  const seconds = (key: string) => (Number(fields.get(key)) || 0) * 1000;
  const named = connectionName.indexOf(':w:');
  const library = text('lib-name');
  return {
    base,
    id: text('id') ?? '',
    name: named === -1 ? null : connectionName.slice(named + 3, named + 3 + MAX_TEXT) || null,
    address: text('addr') ?? '',
    ageMs: seconds('age'),
    idleMs: seconds('idle'),
    lastCommand: text('cmd') === 'NULL' ? null : text('cmd'),
    isWaiting: (fields.get('flags') ?? '').includes('b'),
    client: library === null ? null : [library, text('lib-ver')].filter(Boolean).join(' '),
  };
}

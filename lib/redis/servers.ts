import type { Cluster, Redis as OneRedis } from 'ioredis';
import { messageOf } from '../domain/errors';
import { masterOf, slotOf } from './cluster';
import { isCluster, type Redis } from './connection';

/** A Cluster's node that answers later than this is left out of a look, so that it does not delay the others. */
const PATIENCE_MS = 500;

/** One server that holds keys. `id` changes with every start of it, and when another takes its place. */
export type Server = { address: string; redis: OneRedis; id: string };

/** A server as it was found at the last look. */
export type ServerState = { address: string; server: Server | null; error: string | null };

/**
 * The servers behind a connection: one, the master that Sentinels name, or the masters of a Cluster. Call `look` before
 * each round of questions: it tells which of them answer, whether one is another than before, and which keys can be
 * read now.
 */
export class Servers {
  private found: ServerState[] = [];
  private byAddress = new Map<string, ServerState>();
  private ids = new Set<string>();
  private readonly idOf = new WeakMap<OneRedis, string>();
  /** Slots whose keys lie on two nodes for the moment. */
  private moving = new Set<number>();
  private readonly unanswered = new Set<OneRedis>();
  private readonly nodeErrors = new Map<string, string>();

  constructor(private readonly redis: Redis) {
    if (isCluster(redis))
      redis.on('node error', (error: Error, address: string) => this.nodeErrors.set(address, messageOf(error)));
  }

  /** @throws when no server answers */
  async look(): Promise<void> {
    this.found = isCluster(this.redis) ? await this.lookAtCluster(this.redis) : [await this.lookAtOne(this.redis)];
    this.byAddress = new Map(this.found.map((state) => [state.address, state]));
    this.ids = new Set(this.up().map(({ id }) => id));
    if (this.ids.size === 0) throw new Error(this.found[0]?.error ?? 'No node of the Cluster is known.');
  }

  states(): readonly ServerState[] {
    return this.found;
  }

  /** Servers that answered at the last look. */
  up(): Server[] {
    return this.found.map(({ server }) => server).filter((server) => server !== null);
  }

  /** Whether the server of this id answered at the last look. */
  isUp(id: string): boolean {
    return this.ids.has(id);
  }

  /** The server that holds a key and answers, or why there is none. */
  holderOf(key: string): { server: Server; problem: null } | { server: null; problem: string } {
    if (!isCluster(this.redis)) {
      const [server] = this.up();
      return server ? { server, problem: null } : { server: null, problem: 'No connection.' };
    }
    const slot = slotOf(key);
    const address = masterOf(this.redis, slot);
    if (address === null) return { server: null, problem: 'No node of the Cluster holds it.' };
    const state = this.byAddress.get(address);
    if (!state?.server)
      return { server: null, problem: `The Cluster’s node ${address} does not answer: ${state?.error ?? 'unknown'}.` };
    if (this.moving.has(slot))
      return { server: null, problem: 'It is being moved from one node of the Cluster to another.' };
    return { server: state.server, problem: null };
  }

  private async lookAtOne(redis: OneRedis): Promise<ServerState> {
    const id = await this.identify(redis);
    const address = addressOf(redis);
    return { address, server: { address, redis, id: id === '' ? address : id }, error: null };
  }

  private async lookAtCluster(cluster: Cluster): Promise<ServerState[]> {
    const addresses = new Set<string>();
    for (const holders of cluster.slots) if (holders?.[0] !== undefined) addresses.add(holders[0]);
    const nodes = new Map(cluster.nodes('master').map((node) => [addressOf(node), node]));
    const moving = new Set<number>();
    const states = await Promise.all(
      [...addresses].sort().map((address) => this.lookAtNode(address, nodes.get(address), moving)),
    );
    this.moving = moving;
    // Whoever has taken over is found in the slots of the others.
    if (states.some(({ server }) => server === null)) cluster.refreshSlotsCache();
    return states;
  }

  private async lookAtNode(address: string, node: OneRedis | undefined, moving: Set<number>): Promise<ServerState> {
    const down = (error: string) => ({ address, server: null, error });
    if (!node) return down(this.nodeErrors.get(address) ?? 'no connection');
    if (this.unanswered.has(node)) return down('no answer came in time');
    this.unanswered.add(node);
    const answer = Promise.all([this.identify(node), askNodes(node)]);
    const forget = () => void this.unanswered.delete(node);
    answer.then(forget, forget);
    try {
      const answered = await within(answer, PATIENCE_MS);
      if (answered === null) return down('no answer came in time');
      const [id, text] = answered;
      const own = ownLine(text);
      if (own !== null && !own.isMaster) return down('it is no master any more');
      for (const slot of own?.moving ?? []) moving.add(slot);
      return { address, server: { address, redis: node, id: id === '' ? address : id }, error: null };
    } catch (error) {
      return down(messageOf(error));
    }
  }

  /** The server's run id, asked once for each connection that is made; empty where the broker does not tell. */
  private async identify(redis: OneRedis): Promise<string> {
    const known = this.idOf.get(redis);
    if (known !== undefined) return known;
    // Listened for first: a connection that breaks while it is asked must be asked again.
    redis.once('close', () => this.idOf.delete(redis));
    const text = await unlessForbidden(redis.info('server'));
    const id = /^run_id:(\w+)/m.exec(text)?.[1] ?? '';
    if (redis.status === 'ready') this.idOf.set(redis, id);
    return id;
  }
}

/** Where a connection leads: with Sentinels to the master that they named. */
function addressOf(redis: OneRedis): string {
  const { host = '', port = 0, sentinels } = redis.options;
  const { remoteAddress, remotePort } = redis.stream ?? {};
  return sentinels && remoteAddress ? `${remoteAddress}:${remotePort}` : `${host}:${port}`;
}

function askNodes(node: OneRedis): Promise<string> {
  return unlessForbidden(node.call('CLUSTER', 'NODES') as Promise<string>);
}

/** Empty where the broker does not let us ask. */
async function unlessForbidden(answer: Promise<string>): Promise<string> {
  try {
    return await answer;
  } catch (error) {
    if (/NOPERM|unknown (sub)?command|not allowed/i.test(messageOf(error))) return '';
    throw error;
  }
}

/** What `CLUSTER NODES` says of the node that was asked: whether it is a master, and slots that it gives or takes. */
export function ownLine(nodes: string): { isMaster: boolean; moving: number[] } | null {
  const line = nodes.split('\n').find((text) => /^\S+ \S+ \S*\bmyself\b/.test(text));
  if (line === undefined) return null;
  const flags = line.split(' ')[2] ?? '';
  return {
    isMaster: flags.split(',').includes('master'),
    moving: [...line.matchAll(/\[(\d+)-[<>]-/g)].map(([, slot]) => Number(slot)),
  };
}

/** `null` after `ms`; an answer that has come but was not looked at yet, since we were busy ourselves, still counts. */
async function within<T>(answer: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => setImmediate(() => setImmediate(() => resolve(null))), ms);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

import type { Redis } from '../../redis/connection';
import type { Servers } from '../../redis/servers';
import type { BrokerTopology, HeavyCommand } from '../../domain/broker';
import type { BrokerFacts, EventGap } from '../source';
import { NO_INFO, readFacts, type InfoFacts } from './broker-facts';
import { HeavyCommands } from './heavy-commands';
import { OwnCost } from './own-cost';
import { findSameNames } from './same-name';
import type { WatchedQueues } from './watched';

const FACTS_EVERY_MS = 5_000;
const SAME_NAMES_EVERY_MS = 15_000;
const SAME_NAME =
  'Another database of this Redis has a Bull queue of the same name, and Bull’s events do not say whose they are.';

type Kind = BrokerTopology['kind'] | 'one';

/** What is known of the broker itself: its servers' own words, and what watching costs them. */
export class FactsWatch {
  private readonly cost = new OwnCost();
  private readonly heavy = new Map<string, HeavyCommands>();
  /** By address of the server. */
  private infos = new Map<string, InfoFacts>();
  private askedAt = 0;
  private sameNames = new Set<string>();
  private sameNamesAt = 0;

  constructor(
    private readonly redis: Redis,
    private readonly servers: Servers,
    private readonly kind: Kind,
    private readonly database: number,
  ) {
    this.cost.watch(redis);
  }

  /** A Bull queue has come: whether another database has one of its name is looked up at once. */
  forgetSameNames(): void {
    this.sameNamesAt = 0;
  }

  async step(queues: WatchedQueues, now: number): Promise<void> {
    if (now - this.askedAt >= FACTS_EVERY_MS || this.servers.up().some(({ address }) => !this.infos.has(address))) {
      const servers = this.servers.up();
      const infos = await Promise.all(servers.map(({ redis }) => readFacts(redis)));
      this.infos = new Map(servers.map(({ address }, index) => [address, infos[index] ?? NO_INFO]));
      this.askedAt = now;
      for (const [address, { commandstats }] of this.infos) {
        const heavy = this.heavy.get(address) ?? new HeavyCommands();
        this.heavy.set(address, heavy);
        heavy.take(commandstats, now);
      }
      const stats = infos.map(({ commandstats }) => commandstats).filter((text) => text !== '');
      if (stats.length > 0) this.cost.settle(stats);
    }
    if (now - this.sameNamesAt < SAME_NAMES_EVERY_MS) return;
    const bases = [...queues.values()].filter(({ kind }) => kind === 'bull').map(({ base }) => base);
    const others = [...this.infos.values()]
      .flatMap(({ databases }) => databases)
      .filter((one) => one !== this.database);
    this.sameNames = await findSameNames(this.redis, bases, [...new Set(others)]);
    this.sameNamesAt = now;
  }

  /** Bull's messages of a queue that another database has too may be the other's: its figures are marked. */
  sameNameGaps(
    queues: WatchedQueues,
    elsewhere: ReadonlySet<string> | undefined,
    from: number,
    to: number,
  ): EventGap[] {
    return [...queues.values()]
      .filter(({ kind, base }) => kind === 'bull' && (this.sameNames.has(base) || elsewhere?.has(base)))
      .map(({ id }) => ({ queue: id, from, to, reason: SAME_NAME }));
  }

  /** Facts of all servers together; what one of them does not tell is not known of all. */
  facts(queues: WatchedQueues): Omit<BrokerFacts, 'readMs' | 'scan'> {
    const infos = [...this.infos.values()];
    const [first = NO_INFO] = infos;
    const sum = (of: (info: InfoFacts) => number | null) =>
      infos.reduce<number | null>((total, info) => add(total, of(info)), infos.length === 0 ? null : 0);
    const isCluster = this.kind === 'cluster';
    return {
      version: first.version,
      runId: isCluster ? null : (first.runId ?? null),
      startedAt: isCluster ? null : (first.startedAt ?? null),
      usedMemoryBytes: sum((info) => info.usedMemoryBytes),
      maxMemoryBytes: infos.some((info) => info.maxMemoryBytes === 0) ? 0 : sum((info) => info.maxMemoryBytes),
      evictionPolicy: [...new Set(infos.map((info) => info.evictionPolicy ?? '?'))].join(', ') || null,
      connectedClients: sum((info) => info.connectedClients),
      ...(isCluster ? {} : { machineMemoryBytes: first.machineMemoryBytes ?? null }),
      heavyCommand: this.heaviest(),
      ownCost: this.cost.estimate(),
      ...(this.kind === 'one' ? {} : { topology: { kind: this.kind, servers: this.describeServers(queues) } }),
    };
  }

  /** Of the server that is worst. */
  private heaviest(): HeavyCommand | null {
    const found = [...this.infos.keys()].flatMap((address) => this.heavy.get(address)?.heaviest() ?? []);
    return found.sort((a, b) => b.share - a.share)[0] ?? null;
  }

  private describeServers(queues: WatchedQueues): BrokerTopology['servers'] {
    const held = new Map<string, number>();
    for (const { serverId } of queues.values())
      if (serverId !== null) held.set(serverId, (held.get(serverId) ?? 0) + 1);
    return this.servers.states().map(({ address, server, error }) => {
      const info = this.infos.get(address);
      return {
        address,
        error,
        runId: info?.runId ?? null,
        usedMemoryBytes: info?.usedMemoryBytes ?? null,
        maxMemoryBytes: info?.maxMemoryBytes ?? null,
        connectedClients: info?.connectedClients ?? null,
        queues: server === null ? null : (held.get(server.id) ?? 0),
      };
    });
  }
}

function add(total: number | null, more: number | null): number | null {
  return total === null || more === null ? null : total + more;
}

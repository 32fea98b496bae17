import type { Broker } from '../domain/broker';
import type { Mark } from '../domain/mark';
import { newMark } from './new-mark';

/** Servers of one source as they last answered: address → run id. */
type Servers = ReadonlyMap<string, string>;

/** Notices restarts and failovers of the servers behind sources. All times ms since the epoch. */
export class ServerMarks {
  private readonly known = new Map<string, Servers>();

  /** Another collector knew them so; what this one has seen itself is newer. */
  recall({ source, ...broker }: Broker): void {
    if (!this.known.has(source)) this.known.set(source, serversOf(broker));
  }

  look({ source, startedAt, ...broker }: Broker, now: number): Mark[] {
    const before = this.known.get(source) ?? new Map<string, string>();
    const found = serversOf(broker);
    const present = new Set(addressesOf(broker));
    // One that does not answer now is remembered: it may come back, or another take its place.
    const after = new Map([...before].filter(([address]) => present.has(address)));
    for (const [address, runId] of found) after.set(address, runId);
    this.known.set(source, after);
    if (before.size === 0) return [];
    const lost = [...before.keys()].filter((address) => !present.has(address));
    const marks: Mark[] = [];
    for (const [address, runId] of found) {
      const was = before.get(address);
      if (was === runId) continue;
      if (was !== undefined) {
        const text = broker.topology
          ? `${address} of ${source} was restarted`
          : `The Redis of ${source} was restarted, or another node answers in its place`;
        marks.push(newMark(`restart:${runId}`, Math.min(startedAt ?? now, now), 'broker-restart', text, { source }));
      } else if (lost.length > 0) {
        const text = `${source} failed over: ${address} took the place of ${lost.join(' or ')}`;
        marks.push(newMark(`failover:${source}:${runId}:${lost.join()}`, now, 'broker-failover', text, { source }));
      }
    }
    return marks;
  }
}

/** One server without a topology goes by no address: it is the one. */
function serversOf({ topology, runId }: Pick<Broker, 'topology' | 'runId'>): Servers {
  const servers = topology
    ? topology.servers.filter(({ error }) => error === null).map((server) => [server.address, server.runId] as const)
    : [['', runId ?? null] as const];
  return new Map(servers.flatMap(([address, id]) => (id === null ? [] : [[address, id]])));
}

function addressesOf({ topology }: Pick<Broker, 'topology'>): string[] {
  return topology ? topology.servers.map(({ address }) => address) : [''];
}

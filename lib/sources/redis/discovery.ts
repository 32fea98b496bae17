import { askEach, slotOf } from '../../redis/cluster';
import { isCluster, type Redis } from '../../redis/connection';
import { fromQueueKey } from '../../domain/queue-key';
import type { Servers } from '../../redis/servers';
import type { QueueRef } from '../source';
import { Candidates, type Candidate } from './candidates';
import { KeyScan } from './key-scan';
import { baseOf, readMarker, splitBase } from './keys';
import { isBullMqVersion, whyNotWritable } from './versions';

const STATE_KEYS = [
  'wait',
  'active',
  'paused',
  'completed',
  'failed',
  'delayed',
  'stalled-check',
  'meta-paused',
  'repeat',
];

/** `isOnlyNamed`: no key of it is there, but workers that wait for its jobs name it. */
export type Found = Omit<QueueRef, 'kind'> & {
  kind: 'bull' | 'bullmq';
  base: string;
  isNew: boolean;
  isOnlyNamed: boolean;
};

/**
 * Finds the queues of one Redis database, or of a Cluster: on each server a paced SCAN that goes round for ever, plus
 * hints from event channels and worker names. Each call of `step` costs a server a few milliseconds at most, however
 * large the keyspace.
 */
export class Discovery {
  /** By address: a cursor means something to its own server only. */
  private readonly scans = new Map<string, KeyScan>();
  private readonly candidates = new Candidates();
  private readonly prefixes: Set<string>;

  constructor(
    private readonly redis: Redis,
    private readonly servers: Servers,
    private readonly source: string,
    /** Why this source is never written to. */
    private readonly readOnlyReason: string | null,
    configuredPrefixes: readonly string[],
    /** Whose workers wait for jobs of a queue. */
    private readonly libraryOf: (base: string) => 'bull' | 'bullmq' | null = () => null,
  ) {
    this.prefixes = new Set(['bull', ...configuredPrefixes]);
  }

  /** All prefixes seen, for event subscriptions. */
  knownPrefixes(): ReadonlySet<string> {
    return this.prefixes;
  }

  addPrefix(prefix: string): void {
    this.prefixes.add(prefix);
  }

  /** A base that an event or a connected worker named. */
  hint(base: string): void {
    this.candidates.addCertain(base, this.lastCompletedAt() !== null);
  }

  /** Queues that a collector before knew: they are looked at first, which a scan of millions of keys would take minutes for. */
  remember(queueKeys: Iterable<string>): void {
    for (const key of queueKeys) {
      const id = fromQueueKey(key);
      if (id === null) continue;
      // What is before the first colon of a name cannot be told otherwise.
      if (id.namespace !== '') this.prefixes.add(id.namespace);
      this.candidates.addCertain(baseOf(id), false);
    }
  }

  /** The queue under `base` is gone; should it come again, it is a new one. */
  forget(base: string): void {
    this.candidates.forget(base);
  }

  progress(): { progress: number | null; lastCompletedAt: number | null; keys: number | null } {
    const scans = [...this.scans.values()];
    const lastCompletedAt = this.lastCompletedAt();
    const keys = scans.some(({ totalKeys }) => totalKeys === null) ? null : sum(scans, (scan) => scan.totalKeys ?? 0);
    if (scans.every((scan) => scan.isResting()))
      return { progress: lastCompletedAt === null ? 0 : 1, lastCompletedAt, keys };
    const seen = sum(scans, (scan) => Math.min(scan.totalKeys ?? 0, scan.isResting() ? Infinity : scan.keysInPass));
    return { progress: keys ? Math.min(1, seen / keys) : null, lastCompletedAt, keys };
  }

  /** One slice of the scan and the classification of what it brought up. `known` are bases that need no second look. */
  async step(known: ReadonlyMap<string, unknown>, now: number): Promise<Found[]> {
    const isNew = this.lastCompletedAt() !== null;
    const addresses = new Set(this.servers.states().map(({ address }) => address));
    for (const address of this.scans.keys()) if (!addresses.has(address)) this.scans.delete(address);
    for (const address of addresses) if (!this.scans.has(address)) this.scans.set(address, new KeyScan());
    await Promise.all(
      this.servers
        .up()
        .map((server) =>
          this.scans.get(server.address)?.slice(server, now, (key) => this.takeKey(key, known, isNew, now)),
        ),
    );
    return this.classify(now);
  }

  /** When the whole keyspace had been gone through, `null` before. */
  private lastCompletedAt(): number | null {
    const times = [...this.scans.values()].map((scan) => scan.lastCompletedAt);
    return times.length === 0 || times.includes(null) ? null : Math.min(...(times as number[]));
  }

  private takeKey(key: string, known: ReadonlyMap<string, unknown>, isNew: boolean, now: number): void {
    const found = readMarker(key);
    if (found === null || found.base.startsWith('tailback:') || known.has(found.base)) return;
    // The libraries' scripts need all keys of a queue in one slot: without a hash tag there is none in a Cluster.
    if (isCluster(this.redis) && slotOf(found.base) !== slotOf(key)) return;
    // Rejected ones under a known prefix come again with every pass; there are few of them.
    if (found.marker === 'stalled-check' || this.isUnderKnownPrefix(found.base))
      this.candidates.addCertain(found.base, isNew);
    else this.candidates.addLookalike(found.base, isNew, now);
  }

  private async classify(now: number): Promise<Found[]> {
    const taken = this.candidates.take().filter(({ base }) => this.canBeRead(base));
    if (taken.length === 0) return [];
    const replies = await askEach(
      this.redis,
      taken,
      ({ base }) => base,
      (pipeline, { base }) => {
        pipeline.hmget(`${base}:meta`, 'version', 'opts.maxLenEvents');
        pipeline.type(`${base}:events`);
        pipeline.type(`${base}:id`);
        // Any of these shows that `…:id` is a job counter and not some other program's key.
        pipeline.exists(...STATE_KEYS.map((key) => `${base}:${key}`));
      },
    );
    const found: Found[] = [];
    for (const [index, candidate] of taken.entries()) {
      // A foreign key of another type answers WRONGTYPE, which counts as "no"; a broken connection is no answer.
      const values = (replies[index] ?? []).map(([error, value]) => {
        if (error && !/WRONGTYPE|NOPERM/.test(error.message)) throw error;
        return error ? null : value;
      });
      const queue = this.toQueue(candidate, values);
      if (queue) {
        found.push(queue);
        this.candidates.accept(candidate.base);
      } else this.candidates.reject(candidate.base, now);
    }
    return found;
  }

  private toQueue({ base, isNew }: Candidate, [meta, events, id, states]: unknown[]): Found | null {
    const [version = null, maxLength] = Array.isArray(meta) ? (meta as (string | null)[]) : [];
    const hasCounter = id === 'string';
    const hasStates = Number(states) > 0;
    if (isBullMqVersion(version) || maxLength || (events === 'stream' && (hasCounter || hasStates))) {
      const known = isBullMqVersion(version) ? version : null;
      const id = { source: this.source, ...splitBase(base, 'bullmq', this.prefixes) };
      return {
        base,
        isNew,
        isOnlyNamed: !hasCounter && known === null && this.libraryOf(base) !== null,
        id,
        kind: 'bullmq',
        version: known,
        readOnlyReason: this.readOnlyReason ?? whyNotWritable(known),
      };
    }
    if (hasCounter && (hasStates || this.isUnderKnownPrefix(base))) {
      const id = { source: this.source, ...splitBase(base, 'bull', this.prefixes) };
      return {
        base,
        isNew,
        isOnlyNamed: false,
        id,
        kind: 'bull',
        version: 'bull',
        readOnlyReason: this.readOnlyReason,
      };
    }
    // A key of another program's is there: who waits for jobs under that name is not one of ours.
    return id === 'none' && events === 'none' ? this.named(base) : null;
  }

  /** A queue that no job was ever added to: all of its life will be news. */
  private named(base: string): Found | null {
    const kind = this.libraryOf(base);
    if (kind === null) return null;
    const version = kind === 'bull' ? 'bull' : null;
    return {
      base,
      isNew: true,
      isOnlyNamed: true,
      id: { source: this.source, ...splitBase(base, kind, this.prefixes) },
      kind,
      version,
      readOnlyReason: this.readOnlyReason ?? (kind === 'bull' ? null : whyNotWritable(null)),
    };
  }

  /** A hint may name what a Cluster cannot hold together. One that cannot be read now is named again. */
  private canBeRead(base: string): boolean {
    if (isCluster(this.redis) && slotOf(base) !== slotOf(`${base}:id`)) return false;
    return this.servers.holderOf(base).server !== null;
  }

  private isUnderKnownPrefix(base: string): boolean {
    for (const prefix of this.prefixes) if (base.startsWith(`${prefix}:`)) return true;
    return false;
  }
}

function sum(scans: readonly KeyScan[], of: (scan: KeyScan) => number): number {
  return scans.reduce((total, scan) => total + of(scan), 0);
}

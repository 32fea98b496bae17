import { evalWhenFull } from '../store/eval-when-full';
import type { Redis } from '../redis/connection';
import { CHAIN_START, hashOf, parseHead, type ChainedEntry, type ChainHead } from './audit-chain';

/** Appends only to the entry that the new one was linked to. KEYS: stream, head. ARGV: head expected, new head, limit, fields. */
const APPEND = `
if (redis.call('GET', KEYS[2]) or '') ~= ARGV[1] then return false end
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'seq', ARGV[4], 'prev', ARGV[5], 'hash', ARGV[6], 'entry', ARGV[7])
redis.call('SET', KEYS[2], ARGV[2])
return id
`;

/** Other processes append as well; each round lets one of them through. */
const MAX_TRIES = 100;

export type Row = readonly [id: string, fields: readonly string[]];

/** One chained stream in the store. */
export class AuditStore {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: Redis,
    private readonly key: string,
    private readonly maxEntries: number,
  ) {}

  /** Appends `text`, linked to the entry before it. @throws when the store does not answer */
  append(text: string): Promise<ChainedEntry> {
    // One at a time in this process: each needs the hash of the one before.
    const done = this.last.then(() => this.link(text));
    this.last = done.catch(() => undefined);
    return done;
  }

  /** Rows newest first, from `from` on. */
  newestFirst(from: string, to: string, count: number): Promise<Row[]> {
    return this.store.xrevrange(this.key, from, to, 'COUNT', count);
  }

  oldestFirst(from: string, count: number): Promise<Row[]> {
    return this.store.xrange(this.key, from, '+', 'COUNT', count);
  }

  async head(): Promise<ChainHead | null> {
    return parseHead(await this.store.get(this.headKey()));
  }

  private async link(text: string): Promise<ChainedEntry> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const current = await this.store.get(this.headKey());
      const head = parseHead(current);
      const seq = (head?.seq ?? 0) + 1;
      const prev = head?.hash ?? CHAIN_START;
      const hash = hashOf(seq, prev, text);
      const args = [current ?? '', `${seq}:${hash}`, this.maxEntries, seq, prev, hash, text];
      const id = (await evalWhenFull(this.store, APPEND, [this.key, this.headKey()], args)) as string | null;
      if (id !== null) return { id, seq, prev, hash, text };
    }
    throw new Error('too many others write into the audit log at the same time');
  }

  private headKey(): string {
    return `${this.key}:head`;
  }
}

/** `null` for a row that is no entry of ours. */
export function chainedOf([id, fields]: Row): ChainedEntry | null {
  const field = (name: string) => {
    for (let i = 0; i + 1 < fields.length; i += 2) if (fields[i] === name) return fields[i + 1];
    return undefined;
  };
  const [seq, prev, hash, text] = [field('seq'), field('prev'), field('hash'), field('entry')];
  if (seq === undefined || prev === undefined || hash === undefined || text === undefined) return null;
  return { id, seq: Number(seq), prev, hash, text };
}

import type { Redis } from '../redis/connection';
import { keys } from '../store/keys';
import type { Command } from '../store/lease';
import { codecOf, type Codec } from './codecs';
import { joinChunk, values } from './history-store';
import { endOf, type Tier, type Tiers } from './tiers';

/** Fewer records than this are smaller as they are. */
const MIN_RECORDS = 4;
const AT_ONCE = 8;

/**
 * Packs chunks that are over. Each is replaced in one fenced step, and a record that comes later lies beside its packed
 * chunk until the next round takes it in, so a crash at any moment neither loses a record nor counts one twice.
 */
export class ChunkCloser {
  private readonly tiers: ReadonlyMap<string, Tier>;

  constructor(
    private readonly store: Redis,
    tiers: Tiers,
  ) {
    this.tiers = new Map([...tiers.series, ...tiers.names].map((tier) => [tier.name, tier]));
  }

  /**
   * Closes chunks that are due at `now` (ms, broker's clock) until none is left or `budgetMs` is used up.
   * `write` runs commands as one step while this process may write. @returns how many were closed
   */
  async run(now: number, budgetMs: number, write: (commands: Command[]) => Promise<void>): Promise<number> {
    const until = performance.now() + budgetMs;
    let closed = 0;
    for (;;) {
      const due = await this.store.zrangebyscore(keys.openChunks, '-inf', now, 'LIMIT', 0, AT_ONCE);
      for (const member of due) {
        await write(await this.closing(member));
        closed += 1;
        if (performance.now() >= until) return closed;
      }
      if (due.length < AT_ONCE) return closed;
    }
  }

  private async closing(member: string): Promise<Command[]> {
    const done: Command = ['ZREM', keys.openChunks, member];
    const [name = '', queueKey = '', number] = member.split('|');
    const tier = this.tiers.get(name);
    const chunk = Number(number);
    if (!tier || !Number.isFinite(chunk)) return [done];
    const [openKey, closedKey] = [
      keys.openChunk(tier.name, queueKey, chunk),
      keys.closedChunk(tier.name, queueKey, chunk),
    ];
    const pipeline = this.store.pipeline().getBuffer(closedKey).hgetallBuffer(openKey);
    const [packed, open] = (await values(pipeline)) as [Buffer | null, Record<string, Buffer>];
    if (packed === null && Object.keys(open).length < MIN_RECORDS) return [done];
    const codec = codecOf(tier.name) as Codec<unknown>;
    const records = joinChunk(codec, packed, open);
    if (records.size === 0) return [done];
    return [
      ['SET', closedKey, codec.pack(records)],
      ['PEXPIREAT', closedKey, endOf(tier, chunk)],
      ['DEL', openKey],
      done,
    ];
  }
}

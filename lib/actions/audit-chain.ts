import { createHash } from 'node:crypto';

/** What stands before the first entry of a chain. */
export const CHAIN_START = 'start';

/** One entry with its place in the chain. `text` is the entry as stored, byte for byte. */
export type ChainedEntry = { id: string; seq: number; prev: string; hash: string; text: string };

/** SHA-256 (hex) over an entry, its number and the hash before it: changing one changes all that follow. */
export function hashOf(seq: number, prev: string, text: string): string {
  return createHash('sha256').update(`${seq}\n${prev}\n${text}`).digest('hex');
}

/** Where a chain stands: number and hash of its newest entry, as the store and the log keep it. */
export type ChainHead = { seq: number; hash: string };

export function parseHead(text: string | null): ChainHead | null {
  const found = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text ?? '');
  return found?.[1] === undefined || found[2] === undefined ? null : { seq: Number(found[1]), hash: found[2] };
}

export type ChainFault = { id: string; what: string };

/**
 * Follows a chain entry by entry, oldest first. Memory does not grow with its length: faults are counted, the first
 * ones are told.
 */
export class ChainCheck {
  private last: ChainHead | null = null;
  private readonly told: ChainFault[] = [];
  private first: number | null = null;
  checked = 0;
  faultCount = 0;

  /** `entry: null`: something that is no entry of ours stands at `id`. */
  take(id: string, entry: ChainedEntry | null): void {
    this.checked += 1;
    if (!entry) return this.fault(id, 'not an entry of the audit log');
    const { seq, prev, hash, text } = entry;
    this.first ??= seq;
    if (hashOf(seq, prev, text) !== hash) this.fault(id, `entry ${seq} was changed after it was written`);
    if (this.last) this.follow(id, this.last, entry);
    else if (seq === 1 && prev !== CHAIN_START) this.fault(id, 'the first entry has something before it');
    this.last = { seq, hash };
  }

  /** @param head what the store names as the newest entry */
  end(head: ChainHead | null): {
    checked: number;
    from: number | null;
    faultCount: number;
    faults: readonly ChainFault[];
  } {
    const to = this.last;
    if (to && !head) this.fault('head', 'the store does not name the newest entry');
    else if (head && to?.hash !== head.hash)
      this.fault('head', `the store names entry ${head.seq} as the newest, the log ends with ${to?.seq ?? 'none'}`);
    return { checked: this.checked, from: this.first, faultCount: this.faultCount, faults: this.told };
  }

  private follow(id: string, last: ChainHead, { seq, prev }: ChainedEntry): void {
    if (seq === 1 && prev === CHAIN_START) return this.fault(id, `the chain begins anew after entry ${last.seq}`);
    if (seq !== last.seq + 1) this.fault(id, `entry ${seq} follows entry ${last.seq}: entries between them are gone`);
    else if (prev !== last.hash)
      this.fault(id, `entry ${seq} does not belong after the entry ${last.seq} that is there`);
  }

  private fault(id: string, what: string): void {
    this.faultCount += 1;
    if (this.told.length < 20) this.told.push({ id, what });
  }
}

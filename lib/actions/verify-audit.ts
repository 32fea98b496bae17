import type { Redis } from '../redis/connection';
import type { AuditBy } from '../domain/audit';
import { keys } from '../store/keys';
import { ChainCheck, type ChainFault } from './audit-chain';
import { MAX_ENTRIES } from './audit-log';
import { AuditStore, chainedOf } from './audit-store';

const STEP = 1_000;

/** What the log said about an entry when it was written. */
export type Anchor = { by: AuditBy; seq: number; hash: string };

export type Verified = {
  by: AuditBy;
  checked: number;
  /** Number of the oldest entry that is kept; entries before it were trimmed or taken away. `null`: none is kept. */
  from: number | null;
  /** Anchors of the log compared. */
  anchored: number;
  faultCount: number;
  faults: readonly ChainFault[];
};

/**
 * Follows one chain of the audit log from its oldest kept entry to its head and compares it with what the log said.
 * @param anchors by number; only those of this chain
 * @throws when the store does not answer
 */
export async function verifyAudit(
  redis: Redis,
  by: AuditBy,
  anchors: ReadonlyMap<number, string>,
  key: string = keys.audit,
): Promise<Verified> {
  const chain = new AuditStore(redis, by === 'people' ? key : `${key}:tokens`, MAX_ENTRIES);
  const check = new ChainCheck();
  const differing: ChainFault[] = [];
  let anchored = 0;
  let last = 0;
  // Read first: entries that are added meanwhile are beyond it and left alone.
  const head = await chain.head();
  for (let from = '-'; ;) {
    const rows = await chain.oldestFirst(from, STEP);
    for (const row of rows) {
      const entry = chainedOf(row);
      if (entry && head && entry.seq > head.seq) continue;
      check.take(row[0], entry);
      if (!entry) continue;
      last = entry.seq;
      const said = anchors.get(entry.seq);
      if (said === undefined) continue;
      anchored += 1;
      if (said !== entry.hash)
        differing.push({ id: row[0], what: `entry ${entry.seq} is not the one that the log told of` });
    }
    const end = rows.at(-1);
    if (!end || rows.length < STEP) break;
    from = `(${end[0]}`;
  }
  const newest = Math.max(0, ...anchors.keys());
  if (newest > last)
    differing.push({ id: 'head', what: `the log told of entry ${newest}, the store ends with ${last}` });
  const { checked, from, faultCount, faults } = check.end(head);
  return {
    by,
    checked,
    from,
    anchored,
    faultCount: faultCount + differing.length,
    faults: [...faults, ...differing.slice(0, 20)],
  };
}

/** Reads anchors from lines of the JSON log; other lines are passed over. */
export function anchorOf(line: string): Anchor | null {
  if (!line.includes('"audit"')) return null;
  try {
    const { audit } = JSON.parse(line) as { audit?: Partial<Anchor> };
    if (audit?.by !== 'people' && audit?.by !== 'tokens') return null;
    if (!Number.isSafeInteger(audit.seq) || !/^[0-9a-f]{64}$/.test(audit.hash ?? '')) return null;
    return { by: audit.by, seq: audit.seq as number, hash: audit.hash as string };
  } catch {
    return null;
  }
}

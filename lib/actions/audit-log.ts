import type { Redis } from '../redis/connection';
import type { Log } from '../config/log';
import {
  auditEntrySchema,
  type AuditBy,
  type AuditEntry,
  type AuditExport,
  type AuditFilter,
  type AuditPage,
} from '../domain/audit';
import { AppError, messageOf } from '../domain/errors';
import { keys } from '../store/keys';
import { exportAudit } from './audit-export';
import { isMeant } from './audit-filter';
import { AuditStore, chainedOf, type Row } from './audit-store';

/** Entries kept, about: the stream is trimmed by whole nodes. */
export const MAX_ENTRIES = 100_000;
const MAX_IDS = 20;
/** Longest text of one field; job ids, targets and errors come from outside. */
const MAX_TEXT = 1_000;
const MAX_PAGE = 200;
/** Entries looked at for one page of a filter, and read at once. */
const MAX_SCAN = 5_000;
const SCAN_STEP = 500;
const storedSchema = auditEntrySchema.omit({ id: true });

/**
 * Who did what, in two chained streams of the store: a program that adds a job a second must not push out what people
 * did. One line in the log for each entry, with its number and hash: what is changed in the store later does not match
 * the log any more. The line is written also when the store is down.
 */
export class AuditLog {
  private readonly chains: Record<AuditBy, AuditStore>;

  constructor(
    private readonly store: Redis,
    private readonly log: Log,
    key: string = keys.audit,
  ) {
    this.chains = {
      people: new AuditStore(store, key, MAX_ENTRIES),
      tokens: new AuditStore(store, `${key}:tokens`, MAX_ENTRIES),
    };
  }

  /** Whether an entry could be kept now. @throws AppError `store-down` when not: what cannot be written down is not done */
  assertWritable(): void {
    if (this.store.status === 'ready') return;
    throw new AppError(
      'store-down',
      'The store that keeps the audit log does not answer, so nothing may be changed. Nothing was done.',
    );
  }

  /** Writes one entry; its id is given by the store. @throws AppError `store-down` when it could not be kept */
  async append(entry: Omit<AuditEntry, 'id'>, by: AuditBy = 'people'): Promise<void> {
    const bounded = bound(entry);
    try {
      const { id, seq, hash } = await this.chains[by].append(JSON.stringify(bounded));
      this.log.info({ audit: { id, by, seq, hash, ...bounded } }, 'audit');
    } catch (error) {
      this.log.error({ audit: bounded, error: messageOf(error) }, 'audit: this entry could not be stored');
      throw new AppError('store-down', `The audit log cannot be written: ${messageOf(error)}`, { cause: error });
    }
  }

  /**
   * Entries newest first, at most `limit` (1–200) of those that `filter` means. `cursor` comes from the page before,
   * `null` for the first. Looks at 5,000 entries at most: a page may be short, or empty, and have a next one.
   * @throws AppError `bad-request` for a cursor that is not one, `store-down` when the store does not answer
   */
  async page(
    cursor: string | null,
    limit: number,
    by: AuditBy = 'people',
    filter: AuditFilter = {},
  ): Promise<AuditPage> {
    if (cursor !== null && !/^\d{1,16}-\d{1,16}$/.test(cursor))
      throw new AppError('bad-request', 'This cursor is not one of the audit log.');
    const wanted = Math.min(Math.max(1, Math.trunc(limit)), MAX_PAGE);
    const entries: AuditEntry[] = [];
    let from = cursor === null ? '+' : `(${cursor}`;
    for (let scanned = 0; ;) {
      const rows = await this.read(by, from, Math.min(SCAN_STEP, MAX_SCAN - scanned));
      for (const row of rows) {
        const entry = parse(row);
        const isWanted = entry !== null && isMeant(entry, filter);
        // One beyond the page shows that there is a next one, which begins behind the last entry taken.
        if (isWanted && entries.length === wanted) return { entries, nextCursor: entries.at(-1)?.id ?? null, scanned };
        scanned += 1;
        if (isWanted) entries.push(entry);
      }
      const last = rows.at(-1);
      if (!last || rows.length < SCAN_STEP) return { entries, nextCursor: null, scanned };
      if (scanned >= MAX_SCAN) return { entries, nextCursor: last[0], scanned };
      from = `(${last[0]}`;
    }
  }

  /** All entries that are meant, newest first, as a file that is made while it is taken. */
  export(what: AuditExport): ReadableStream<Uint8Array> {
    return exportAudit((...page) => this.page(...page), what);
  }

  private async read(by: AuditBy, from: string, count: number): Promise<Row[]> {
    try {
      return await this.chains[by].newestFirst(from, '-', count);
    } catch (error) {
      throw new AppError('store-down', `The audit log cannot be read: ${messageOf(error)}`, { cause: error });
    }
  }
}

/** `null` for an entry that is not ours: somebody else wrote into the stream. */
function parse(row: Row): AuditEntry | null {
  try {
    const stored = storedSchema.safeParse(JSON.parse(chainedOf(row)?.text ?? ''));
    return stored.success ? { id: row[0], ...stored.data } : null;
  } catch {
    return null;
  }
}

function bound(entry: Omit<AuditEntry, 'id'>): Omit<AuditEntry, 'id'> {
  return {
    at: entry.at,
    actor: cut(entry.actor),
    role: entry.role,
    address: cut(entry.address),
    action: cut(entry.action),
    target: cut(entry.target),
    jobIds: entry.jobIds.slice(0, MAX_IDS).map(cut),
    jobCount: entry.jobCount,
    outcome: entry.outcome,
    detail: entry.detail === null ? null : cut(entry.detail),
  };
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

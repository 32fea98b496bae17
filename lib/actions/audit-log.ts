import type { Redis } from 'ioredis';
import type { Log } from '../config/log';
import { auditEntrySchema, type AuditBy, type AuditEntry, type AuditPage } from '../domain/audit';
import { AppError, messageOf } from '../domain/errors';
import { keys } from '../store/keys';

/** Entries kept, about: the stream is trimmed by whole nodes. */
const MAX_ENTRIES = 100_000;
const MAX_IDS = 20;
/** Longest text of one field; job ids, targets and errors come from outside. */
const MAX_TEXT = 1_000;
const MAX_PAGE = 200;
const storedSchema = auditEntrySchema.omit({ id: true });

/**
 * Who did what, in two streams of the store: a program that adds a job a second must not push out what people did. One line in the log for each entry, also when the store is down. */
export class AuditLog {
  constructor(
    private readonly store: Redis,
    private readonly log: Log,
    private readonly key: string = keys.audit,
  ) {}

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
      const id = await this.store.xadd(
        this.keyOf(by),
        'MAXLEN',
        '~',
        MAX_ENTRIES,
        '*',
        'entry',
        JSON.stringify(bounded),
      );
      this.log.info({ audit: { id, ...bounded } }, 'audit');
    } catch (error) {
      this.log.error({ audit: bounded, error: messageOf(error) }, 'audit: this entry could not be stored');
      throw new AppError('store-down', `The audit log cannot be written: ${messageOf(error)}`, { cause: error });
    }
  }

  /**
   * Entries newest first, at most `limit` (1–200). `cursor` comes from the page before, `null` for the first.
   * @throws AppError `bad-request` for a cursor that is not one, `store-down` when the store does not answer
   */
  async page(cursor: string | null, limit: number, by: AuditBy = 'people'): Promise<AuditPage> {
    if (cursor !== null && !/^\d{1,16}-\d{1,16}$/.test(cursor))
      throw new AppError('bad-request', 'This cursor is not one of the audit log.');
    const count = Math.min(Math.max(1, Math.trunc(limit)), MAX_PAGE);
    const rows = await this.read(this.keyOf(by), cursor === null ? '+' : `(${cursor}`, count + 1);
    const shown = rows.slice(0, count);
    const last = shown.at(-1);
    return {
      entries: shown.map(([id, fields]) => parse(id, fields)).filter((entry) => entry !== null),
      nextCursor: rows.length > count && last ? last[0] : null,
    };
  }

  private keyOf(by: AuditBy): string {
    return by === 'people' ? this.key : `${this.key}:tokens`;
  }

  private async read(key: string, from: string, count: number): Promise<[id: string, fields: string[]][]> {
    try {
      return await this.store.xrevrange(key, from, '-', 'COUNT', count);
    } catch (error) {
      throw new AppError('store-down', `The audit log cannot be read: ${messageOf(error)}`, { cause: error });
    }
  }
}

/** `null` for an entry that is not ours: somebody else wrote into the stream. */
function parse(id: string, fields: readonly string[]): AuditEntry | null {
  try {
    const stored = storedSchema.safeParse(JSON.parse(fields[1] ?? ''));
    return stored.success ? { id, ...stored.data } : null;
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

import type { JobActionResult } from '../domain/action';
import type { AuditBy, AuditEntry } from '../domain/audit';
import { AppError, isAppError, messageOf } from '../domain/errors';
import { canDo } from '../domain/access';
import { roleWords, type Actor, type Caller } from '../domain/permissions';
import type { QueueId } from '../domain/queue';
import { queueLabel } from '../domain/queue-key';

/** Job ids that an audit line names; `jobCount` has the whole number. */
const NAMED_IDS = 20;

export type Act = { actor: Caller; action: string; queue: QueueId; jobIds: readonly string[] };

/** What `perform` needs of the audit log. */
export interface AuditWriter {
  /** @throws AppError `store-down` when nothing could be written down now */
  assertWritable(): void;
  append(entry: Omit<AuditEntry, 'id'>, by?: AuditBy): Promise<void>;
}

/**
 * The one way to change anything in a broker: whether this person may do this to this queue, do it, then write down who
 * did what to what and how it ended, also when it was refused or failed.
 * @throws AppError `forbidden`, `store-down`, and what `doIt` throws
 */
export async function perform<T>(
  audit: AuditWriter,
  act: Act,
  doIt: () => Promise<T>,
  judge: (value: T) => Pick<AuditEntry, 'outcome' | 'detail'>,
): Promise<T> {
  return audited(audit, { ...act, target: queueLabel(act.queue) }, judge, async () => {
    if (!canDo(act.actor.access, act.queue, act.action))
      throw new AppError('forbidden', `Your role is ${act.actor.role}, which may not ${act.action} here.`);
    return doIt();
  });
}

export type Deed = { actor: Actor; action: string; target: string; jobIds: readonly string[] };

/**
 * Does something that is no change in a broker (those go through `perform`), and writes down how it ended.
 * @throws AppError `store-down` before anything is done when nothing can be written down; what `doIt` throws
 */
export async function audited<T>(
  audit: AuditWriter,
  { actor, action, target, jobIds }: Deed,
  judge: (value: T) => Pick<AuditEntry, 'outcome' | 'detail'>,
  doIt: () => Promise<T>,
): Promise<T> {
  audit.assertWritable();
  let verdict: Pick<AuditEntry, 'outcome' | 'detail'> = { outcome: 'failed', detail: null };
  try {
    const value = await doIt();
    verdict = judge(value);
    return value;
  } catch (error) {
    verdict = {
      outcome: isAppError(error) && error.code !== 'source-down' ? 'refused' : 'failed',
      detail: messageOf(error),
    };
    throw error;
  } finally {
    const entry = {
      at: Date.now(),
      actor: actor.name,
      role: roleWords(actor),
      address: actor.address,
      action,
      target,
      jobIds: jobIds.slice(0, NAMED_IDS),
      jobCount: jobIds.length,
      ...verdict,
    };
    // What was done is done: the entry is in the log, and the answer must tell the truth about the action.
    await audit.append(entry, actor.kind === 'token' ? 'tokens' : 'people').catch(() => undefined);
  }
}

/** How an action on several jobs ended, in one line. */
export function judgeResults(results: readonly JobActionResult[]): Pick<AuditEntry, 'outcome' | 'detail'> {
  const failed = results.filter(({ ok }) => !ok);
  const first = failed[0];
  if (!first) return { outcome: 'done', detail: null };
  const detail = `${failed.length} of ${results.length} not done; first: ${first.detail ?? first.code ?? 'unknown'}`;
  return { outcome: failed.length === results.length ? 'refused' : 'partly', detail };
}

import type { Log } from '../config/log';
import type { AuditWriter } from '../actions/perform';
import { messageOf } from '../domain/errors';
import { hasEnded, type Operation } from '../domain/operation';
import { queueLabel } from '../domain/queue-key';
import type { SourceDesk } from '../sources/source';
import type { Lease } from '../store/lease';
import { Drive } from './drive';
import type { HiddenJobs } from './hidden-jobs';
import { summary } from './machine';
import type { OperationStore } from './operation-store';
import type { OperationRecord } from './record';

const POLL_MS = 500;
const RENEW_MS = 1_000;
/** Operations that one process runs at the same time. */
const AT_ONCE = 12;
/** After an error that is not ours to handle, ms. */
const RECOVER_MS = 5_000;

export type RunnerOptions = {
  store: OperationStore;
  hidden: HiddenJobs;
  /** The desk of a source, `null` when this process does not know it. */
  deskOf: (source: string) => Pick<SourceDesk, 'bulk' | 'scan' | 'controls' | 'messages'> | null;
  audit: Pick<AuditWriter, 'append'>;
  log: Log;
  now?: () => number;
};

/**
 * Runs operations in this process: those that nobody else runs. Each has a lease of its own, so that one whose process
 * died is taken up by another within seconds.
 */
export class OperationRunner {
  private readonly drives = new Map<string, Drive | null>();
  private readonly running = new Set<Promise<void>>();
  private readonly backOff = new Map<string, number>();
  private timer: NodeJS.Timeout | null = null;
  private isPolling = false;
  private isClosed = false;

  constructor(private readonly options: RunnerOptions) {}

  start(): void {
    this.timer ??= setInterval(() => void this.poll(), POLL_MS);
    void this.poll();
  }

  /** Looks at once instead of at the next half second. */
  nudge(): void {
    if (this.timer !== null) void this.poll();
  }

  /** Lets go of everything after the step that is being done; others go on with it. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.timer !== null) clearInterval(this.timer);
    for (const drive of this.drives.values()) drive?.stop();
    await Promise.allSettled([...this.running]);
  }

  private async poll(): Promise<void> {
    if (this.isPolling || this.isClosed) return;
    this.isPolling = true;
    try {
      const now = (this.options.now ?? Date.now)();
      for (const id of await this.options.store.due(now, 50)) {
        if (this.isClosed || this.drives.size >= AT_ONCE) break;
        if (this.drives.has(id) || (this.backOff.get(id) ?? 0) > Date.now()) continue;
        this.drives.set(id, null);
        const work = this.take(id).finally(() => {
          this.drives.delete(id);
          this.running.delete(work);
        });
        this.running.add(work);
      }
    } catch (error) {
      this.options.log.debug({ error: messageOf(error) }, 'operations: the store does not answer');
    } finally {
      this.isPolling = false;
    }
  }

  private async take(id: string): Promise<void> {
    const { store, log } = this.options;
    const lease = store.lease(id);
    let renewing: NodeJS.Timeout | null = null;
    try {
      if (!(await lease.hold())) return;
      const record = await store.load(id);
      const desk = record && this.options.deskOf(record.operation.queue.source);
      if (!record || !desk || hasEnded(record.operation)) {
        if (!record || hasEnded(record.operation)) await store.forget(id);
        else this.backOff.set(id, Date.now() + RECOVER_MS);
        await lease.release();
        return;
      }
      const drive = new Drive(
        { ...this.options, bulk: desk.bulk, scan: desk.scan, controls: desk.controls, messages: desk.messages },
        lease,
        record,
      );
      this.drives.set(id, drive);
      if (this.isClosed) drive.stop();
      renewing = this.keep(lease, drive);
      await drive.run();
      await lease.release();
      if (hasEnded(drive.operation)) await this.tell(drive.operation, record.actor);
      else await store.lookAgain(id);
    } catch (error) {
      if (!messageOf(error).startsWith('FENCED'))
        log.error({ operation: id, error: messageOf(error) }, 'operations: one was interrupted; it is taken up again');
      this.backOff.set(id, Date.now() + RECOVER_MS);
    } finally {
      if (renewing !== null) clearInterval(renewing);
    }
  }

  /** Renews the lease while the drive works. A lease that was lost and won again is another one: what is known is old. */
  private keep(lease: Lease, drive: Drive): NodeJS.Timeout {
    const token = lease.token();
    return setInterval(() => {
      lease
        .renew()
        .then((isOurs) => !(isOurs && lease.token() === token) && drive.stop())
        .catch(() => undefined);
    }, RENEW_MS);
  }

  private async tell(operation: Operation, actor: OperationRecord['actor']): Promise<void> {
    const { action, queue, counts, state } = operation;
    await this.options.audit
      .append(
        {
          at: Date.now(),
          actor: actor.name,
          role: actor.role,
          address: actor.address,
          action,
          target: queueLabel(queue),
          jobIds: [],
          jobCount: counts.done,
          outcome:
            state === 'done' && counts.failed === 0
              ? 'done'
              : state === 'failed' && counts.done === 0
                ? 'failed'
                : state === 'undone'
                  ? 'done'
                  : 'partly',
          detail: `operation ${operation.id} ended, ${summary(operation)}`,
        },
        actor.kind === 'token' ? 'tokens' : 'people',
      )
      .catch(() => undefined);
  }
}

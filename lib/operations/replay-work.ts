import { AppError } from '../domain/errors';
import { REPLAY_WINDOW } from '../domain/message';
import type { MessageDesk, MessageQueue, ReplaySession } from '../sources/messages';
import type { Ledger } from './ledger';
import { stepSize } from './machine';
import { withReason } from './record';
import type { Step, Work } from './workplace';

/**
 * Sends dead letters back to where they came from. Nothing has to be remembered of the messages: what was sent is gone from
 * the queue, what was not is still in it. A step that is cut off may be sent twice, which the step's size bounds.
 */
export class ReplayWork implements Work {
  private session: ReplaySession | null = null;

  constructor(
    private readonly messages: MessageDesk | undefined,
    private readonly ledger: Ledger,
  ) {}

  async step(): Promise<Step> {
    const { ledger } = this;
    const session = (this.session ??= await this.open());
    const { replayed, scanned, left, isOver } = await session.step(stepSize(ledger.operation.pace, REPLAY_WINDOW));
    const { counts } = ledger.operation;
    let { reasons } = ledger.record;
    let skipped = 0;
    for (const { text, count } of left) {
      reasons = withReason(reasons, text, 'skipped', count);
      skipped += count;
    }
    ledger.keep({ reasons });
    ledger.count({
      done: counts.done + replayed,
      skipped: counts.skipped + skipped,
      scanned: counts.scanned + scanned,
    });
    if (isOver) {
      await this.close();
      await ledger.end('done', null);
    } else await ledger.save();
    return { jobs: replayed, waitMs: 0 };
  }

  /** What was passed over is back in its place and will be gone through again. */
  async takeOver(): Promise<void> {
    const { ledger } = this;
    const { done } = ledger.operation.counts;
    ledger.keep({ reasons: [] });
    ledger.count({ skipped: 0, scanned: done });
    await Promise.resolve();
  }

  interrupted(): void {
    void this.close();
    void this.takeOver();
  }

  async close(): Promise<void> {
    const { session } = this;
    this.session = null;
    await session?.close();
  }

  private async open(): Promise<ReplaySession> {
    const { ledger, messages } = this;
    const { target, until, counts, id } = ledger.operation;
    if (target.by !== 'dead-letters' || !messages)
      throw new AppError('unsupported', 'This source has no dead letters.');
    const queue: MessageQueue = {
      ...ledger.record.queue,
      rabbit: { type: target.type, deliveryLimit: target.deliveryLimit },
    };
    if (counts.done > 0 && counts.scanned !== counts.done) await this.takeOver();
    return messages.replay(queue, {
      group: target.group,
      until,
      // Those that were sent are gone: so many of the first ones are left.
      most: Math.max(0, (counts.of ?? 0) - counts.done),
      operationId: id,
    });
  }
}

import type { JobState } from '../domain/queue';
import { MAX_FROZEN_IDS, type Operation } from '../domain/operation';
import type { Ledger } from './ledger';
import { readQuery } from './read-query';
import { NO_JOBS, type Step, type Workplace } from './workplace';

const SCAN_BUDGET_MS = 200;
const FREEZE_AT_ONCE = 5_000;

/** Ids that came out of one look, and where the next begins. */
export type Pulled = {
  ids: string[];
  cursor: string | null;
  isScanned: boolean;
  position: number | null;
  scanned: number;
};

/** Which jobs an operation means. */
export type JobTarget = Exclude<Operation['target'], { by: 'clearing' | 'dead-letters' }>;

export function jobTargetOf({ target }: Operation): JobTarget {
  if (target.by === 'clearing' || target.by === 'dead-letters') throw new Error('a clearing means no single jobs');
  return target;
}

/** The jobs that an operation means, step by step: written down before, or found by its search. */
export class JobSet {
  private ahead: { cursor: string; page: Promise<Pulled | null> } | null = null;

  constructor(
    private readonly at: Workplace,
    private readonly ledger: Ledger,
  ) {}

  get state(): JobState {
    return jobTargetOf(this.ledger.operation).state;
  }

  /** Writes down the jobs of a list: newest first, so that those that come or go meanwhile neither hide nor repeat any. */
  async freeze(): Promise<Step> {
    const { ledger } = this;
    const { store } = this.at;
    const { id, canary } = ledger.operation;
    const page = await this.scan('newest', FREEZE_AT_ONCE);
    const known = await store.countIds(id);
    ledger.add(store.idCommands(id, page.ids, known));
    this.found(page);
    if (known + page.ids.length > MAX_FROZEN_IDS) {
      await ledger.end(
        'failed',
        `More than ${MAX_FROZEN_IDS} jobs match. What waits shifts all the time, so each is written down first; narrow the search, or drain the queue.`,
      );
      return NO_JOBS;
    }
    await ledger.save();
    if (page.isScanned) {
      ledger.count({ of: await store.countIds(id) });
      ledger.change({ phase: canary ? 'canary' : 'work' });
      await ledger.save(true);
    }
    return NO_JOBS;
  }

  /** The next ids. `found` makes them the last ones. */
  async pull(size: number): Promise<Pulled> {
    const { position, cursor } = this.ledger.record;
    if (position === null) {
      const ahead = this.ahead?.cursor === cursor ? this.ahead.page : null;
      this.ahead = null;
      return (await ahead) ?? this.scan('oldest', size);
    }
    const ids = await this.at.store.ids(this.ledger.operation.id, position, size);
    return { ids, cursor: null, isScanned: ids.length < size, position: position + ids.length, scanned: 0 };
  }

  /** Searches for the next step's jobs while this step's are under way. */
  lookAhead(size: number): void {
    const { cursor, isScanned, position } = this.ledger.record;
    if (isScanned || cursor === null || position !== null || this.ahead !== null) return;
    this.ahead = { cursor, page: this.scan('oldest', size).catch(() => null) };
  }

  /** What the search finds, without jobs that are out of sight. */
  async scan(order: 'newest' | 'oldest', size: number): Promise<Pulled> {
    const { at, ledger } = this;
    const { until, queueKey } = ledger.operation;
    const target = jobTargetOf(ledger.operation);
    const page = await at.scan.ids(ledger.record.queue, {
      state: target.state,
      query: readQuery(target.by === 'query' ? target.query : '', until),
      order,
      cursor: ledger.record.cursor,
      until,
      budgetMs: SCAN_BUDGET_MS,
      maxHits: size,
    });
    ledger.count({ toScan: ledger.operation.counts.toScan ?? page.of });
    const isHidden = await at.hidden.which(
      queueKey,
      target.state,
      page.hits.map(({ id, score }) => ({ id, finishedOn: score })),
    );
    return {
      ids: page.hits.filter((_, n) => !isHidden[n]).map(({ id }) => id),
      cursor: page.nextCursor,
      isScanned: page.nextCursor === null,
      position: ledger.record.position,
      scanned: page.scanned,
    };
  }

  found({ cursor, isScanned, position, scanned }: Pulled): void {
    this.ledger.keep({ cursor, isScanned, position });
    this.ledger.count({ scanned: this.ledger.operation.counts.scanned + scanned });
  }
}

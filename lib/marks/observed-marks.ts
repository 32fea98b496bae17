import type { Alert } from '../domain/alert';
import type { Broker } from '../domain/broker';
import type { Mark } from '../domain/mark';
import type { Queue } from '../domain/queue';
import { durationWords } from '../domain/words';
import type { SourceWorkers } from '../domain/worker';
import { newMark } from './new-mark';
import { ServerMarks } from './server-marks';
import { WorkerChanges } from './worker-changes';

/** What a standby saw is kept this long: it may be the next to write. */
const KEPT_MS = 20_000;
/** Who paused a queue through Tailback is written down by the web process a moment later. */
const WAIT_FOR_OTHERS_MS = 3_000;
const MAX_PENDING = 2_000;
const AT_ONCE = 500;
/** Shorter silences of a broker or a collector are not worth a mark. */
const SHORT_MS = 10_000;

/** What was last published before this collector took over. */
export type Predecessor = { at: number; holder: string; brokers: readonly Broker[] };

/** What a collector notices by itself: compares each look with the one before. All times ms since the epoch. */
export class ObservedMarks {
  private pending: Mark[] = [];
  private readonly paused = new Map<string, boolean>();
  private readonly workers = new Map<string, WorkerChanges>();
  private readonly workersAt = new Map<string, number>();
  private readonly servers = new ServerMarks();
  private readonly downSince = new Map<string, number>();
  private alertsSeen: Set<string> | null = null;

  look(queues: readonly Queue[], brokers: readonly Broker[], workers: readonly SourceWorkers[], now: number): void {
    for (const queue of queues) this.lookAtPause(queue, now);
    for (const broker of brokers) this.lookAtBroker(broker, now);
    for (const { source, at, workers: list } of workers) {
      if (list === null || this.workersAt.get(source) === at) continue;
      this.workersAt.set(source, at);
      const changes = this.workers.get(source) ?? new WorkerChanges();
      this.workers.set(source, changes);
      this.add(...changes.observe(list, at));
    }
  }

  /** A queue that is gone and comes again starts anew. */
  forget(queueKeys: readonly string[]): void {
    for (const key of queueKeys) this.paused.delete(key);
  }

  lookAtAlerts(alerts: readonly Alert[], now: number): void {
    const seen = new Set<string>();
    for (const { id, rule, queue, firedAt, resolvedAt, state } of alerts) {
      if (firedAt === null) continue;
      const moments: [string, number][] = [['fired', firedAt]];
      if (state === 'resolved' && resolvedAt !== null) moments.push(['resolved', resolvedAt]);
      for (const [what, at] of moments) {
        const markId = `alert:${id}:${what}`;
        seen.add(markId);
        // Of those from before this collector wrote, the last minute may be missing.
        const isNew = this.alertsSeen ? !this.alertsSeen.has(markId) : now - at < 60_000;
        const kind = what === 'fired' ? 'alert-fired' : 'alert-resolved';
        if (isNew) this.add(newMark(markId, at, kind, rule, { queue }));
      }
    }
    this.alertsSeen = seen;
  }

  /** This collector writes from now on. `watchingSince`: its first look. */
  tookOver(token: number, holder: string, before: Predecessor | null, watchingSince: number, now: number): void {
    this.alertsSeen = null;
    if (!before) return;
    for (const broker of before.brokers) this.servers.recall(broker);
    if (before.holder !== holder) {
      const text = `The collector ${holder} writes from now on; before, it was ${before.holder}`;
      this.add(newMark(`takeover:${token}`, now, 'collector-takeover', text));
    }
    const silence = watchingSince - before.at;
    if (silence > SHORT_MS)
      this.add(
        newMark(`gap:${token}`, before.at, 'collector-gap', `No collector looked for ${durationWords(silence)}`, {
          until: watchingSince,
        }),
      );
  }

  /** A collector that does not write keeps the newest for the case that it is the next. */
  keepNewest(now: number): void {
    this.pending = this.pending.filter(({ at, until }) => (until ?? at) > now - KEPT_MS);
  }

  /** Marks that are due, without those that `stored` (the last minutes in the store) says already. Call `settle` when written. */
  due(now: number, stored: readonly Mark[]): { marks: Mark[]; settle: () => void } {
    const ready = this.ready(now);
    const marks = ready.filter((mark) => !stored.some((other) => saysTheSame(other, mark)));
    const isDone = new Set(ready);
    return { marks, settle: () => (this.pending = this.pending.filter((mark) => !isDone.has(mark))) };
  }

  hasDue(now: number): boolean {
    return this.ready(now).length > 0;
  }

  private ready(now: number): Mark[] {
    return this.pending.filter(({ at }) => now - at >= WAIT_FOR_OTHERS_MS).slice(0, AT_ONCE);
  }

  private lookAtPause({ key, id, isPaused }: Queue, now: number): void {
    if (isPaused === null) return;
    const before = this.paused.get(key);
    this.paused.set(key, isPaused);
    if (before === undefined || before === isPaused) return;
    const kind = isPaused ? 'pause' : 'resume';
    this.add(newMark(`${kind}:${key}:${now}`, now, kind, isPaused ? 'Paused' : 'Resumed', { queue: id }));
  }

  private lookAtBroker(broker: Broker, now: number): void {
    const { source, state, since } = broker;
    if (state === 'down') this.downSince.set(source, this.downSince.get(source) ?? since);
    if (state !== 'up') return;
    const down = this.downSince.get(source);
    this.downSince.delete(source);
    if (down !== undefined && now - down > SHORT_MS) {
      const text = `${source} could not be read for ${durationWords(now - down)}`;
      this.add(newMark(`broker-gap:${source}:${down}`, down, 'broker-gap', text, { source, until: now }));
    }
    this.add(...this.servers.look(broker, now));
  }

  private add(...marks: Mark[]): void {
    this.pending.push(...marks);
    if (this.pending.length > MAX_PENDING) this.pending = this.pending.slice(-MAX_PENDING);
  }
}

/** Another collector saw it too, or the person who did it is known already. */
function saysTheSame(stored: Mark, mark: Mark): boolean {
  if (stored.id === mark.id) return true;
  if (stored.kind !== mark.kind || stored.queueKey !== mark.queueKey || stored.source !== mark.source) return false;
  if (Math.abs(stored.at - mark.at) > KEPT_MS) return false;
  return mark.kind === 'pause' || mark.kind === 'resume' || stored.text === mark.text;
}

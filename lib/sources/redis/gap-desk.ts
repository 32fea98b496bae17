import type { Redis } from '../../redis/connection';
import type { Servers } from '../../redis/servers';
import { positionText, type Baseline, type Position } from '../position';
import { settleArrivals, toldUntil } from './bull-arrivals';
import type { BullEvents } from './bull-events';
import type { EventIntake } from './event-intake';
import { repairOf, type Evidence, type Finished } from './gap-repair';
import { areTheSame, readFacts, readFinished, readMetrics, type FinishedSets } from './gap-evidence';
import { readBaselines } from './read-counts';
import type { Watched, WatchedQueues } from './watched';

/** An interval (ms, broker's clock) in which events of one queue were missed, and that may be made up for. */
type OpenGap = {
  watched: Watched;
  from: number;
  to: number;
  reason: string;
  before: Baseline | null;
  /** Ends of jobs around `from` were heard here and are remembered. */
  knowsEnds: boolean;
};

/** Clocks of workers may be behind by this much: ends that were missed are looked for from so long before on. */
const CLOCKS_APART_MS = 5_000;
/** Around the moment at which another process stopped listening, this much (ms) is not known job by job. */
const EDGE_MS = 1_000;
/** Time that repairs may take in one look, and finished jobs that are read one by one in it. */
const BUDGET_MS = 4_000;
const MAX_JOBS = 20_000;
const QUEUES_AT_ONCE = 50;

/** Makes up for events that were missed, as far as the queue itself still tells of them. */
export class GapDesk {
  private open: OpenGap[] = [];
  /** By server, ms: all that Bull's queues said through it before is taken in. */
  private heardUntil = new Map<string, number>();
  /** Servers of which that has gone on in this look. */
  private heardNow = new Set<string>();
  /** The same of all servers. */
  private allHeardUntil: number | null = null;

  constructor(
    private readonly redis: Redis,
    private readonly bull: BullEvents,
    private readonly intake: EventIntake,
    private readonly queues: WatchedQueues,
    private readonly servers: Servers,
  ) {}

  /** Before a look drains what was heard: what is known from now on to be whole. */
  async begin(): Promise<void> {
    const servers = this.servers.up();
    const heard = await this.bull.hearAll(servers, true);
    const before = this.heardUntil;
    this.heardNow = new Set([...heard.keys()].filter((id) => heard.get(id) !== before.get(id)));
    // What is heard of a queue that cannot be read waits.
    const isWaiting = [...this.queues.values()].some(({ kind, unread }) => kind === 'bull' && unread !== null);
    if (!isWaiting && servers.every(({ id }) => this.heardNow.has(id)))
      this.allHeardUntil = Math.min(...servers.map(({ id }) => heard.get(id) ?? 0));
    this.heardUntil = new Map([...before, ...heard]);
    for (const watched of this.queues.values()) {
      // What was known before Bull was not heard is kept until that is made up for.
      const id = watched.serverId ?? '';
      const at = this.heardNow.has(id) ? (heard.get(id) ?? null) : null;
      if (watched.kind === 'bull' && (at === null || this.bull.hasGaps())) continue;
      watched.sureBaseline = watched.baseline;
      this.forgetEnds(watched, (at ?? this.bull.now()) - CLOCKS_APART_MS - EDGE_MS);
    }
  }

  /** Tells Bull's arrivals of readings before all that was heard now. */
  tellArrivals(): void {
    for (const watched of this.queues.values()) {
      if (watched.unsettled === null || watched.hasGap || !this.hasHeard(watched)) continue;
      const { at, count } = settleArrivals(watched);
      this.intake.tellArrivals(watched.base, at, count, watched.told);
    }
  }

  /** Whether all that was said of the queue until this look has been heard, or never will be. */
  private hasHeard({ serverId }: Watched): boolean {
    return this.bull.isDeaf() || this.heardNow.has(serverId ?? '');
  }

  /** Opens the gaps that were noticed while events were taken in. */
  openMissed(): void {
    for (const { base, from, to, reason } of this.intake.takeMissed())
      for (const watched of base === null ? this.queues.values() : [this.queues.get(base)])
        if (watched && (base !== null || watched.kind === 'bull'))
          this.add({ watched, from, to, reason, before: watched.sureBaseline, knowsEnds: true });
  }

  /** Bull's events since `position` were heard by nobody. `null`: nobody ever listened. */
  openSince(watched: Watched, position: Position | null): void {
    const to = this.bull.now();
    if (position === null) {
      const from = to - (to % MINUTE_MS);
      this.intake.tellGap({ queue: watched.id, from, to, reason: STARTED });
      return;
    }
    Object.assign(watched, { told: position.told ?? null, duplicates: 0, unsettled: null });
    this.add({ watched, from: position.ms, to, reason: AWAY, before: position.baseline, knowsEnds: false });
  }

  /** Where this look stands with a queue, for whoever goes on from it. `lookAt`: ms, broker's clock, of its counts. */
  positionOf(watched: Watched, streamId: string | null, lookAt: number): string | null {
    if (watched.unread !== null) return watched.position;
    const heardUntil = this.heardUntil.get(watched.serverId ?? '') ?? null;
    const at = watched.kind === 'bull' ? heardUntil : streamId;
    if (at === null) return null;
    // What happened between hearing and counting is known to neither: it must be short.
    const isNear = watched.kind === 'bullmq' || lookAt - (heardUntil ?? 0) < EDGE_MS;
    const told = toldUntil(watched);
    const baseline = isNear ? watched.baseline : null;
    watched.position = positionText({
      at: String(at),
      baseline,
      ...(told === undefined || watched.kind === 'bullmq' ? {} : { told }),
    });
    return watched.position;
  }

  /** Until when (ms, broker's clock) all queues are known; `null` before the first answer. */
  wholeUntil(): number | null {
    return this.allHeardUntil;
  }

  /** Repairs what is open, queue by queue, and tells it. What does not fit into one look is marked only. */
  async settle(): Promise<void> {
    // What cannot be read now is made up for when it can be.
    const gaps = this.open.filter(({ watched }) => watched.unread === null);
    const until = performance.now() + BUDGET_MS;
    let jobs = MAX_JOBS;
    for (let start = 0; start < gaps.length; start += QUEUES_AT_ONCE) {
      const chunk = gaps.slice(start, start + QUEUES_AT_ONCE);
      const evidence = performance.now() > until ? [] : await this.gather(chunk, jobs);
      for (const [index, gap] of chunk.entries()) this.tell(gap, evidence[index] ?? null);
      jobs -= evidence.reduce((sum, each) => sum + each.finished.length, 0);
      this.open = this.open.filter((gap) => !chunk.includes(gap));
    }
    for (const { watched } of gaps) Object.assign(watched, { hasGap: false, heldArrivals: 0 });
  }

  private forgetEnds(watched: Watched, before: number): void {
    for (const [jobId, heardAt] of watched.ends) {
      if (heardAt >= before) break;
      watched.ends.delete(jobId);
    }
    watched.endsSince = before;
  }

  /** Several of one queue are one: what it still tells cannot be divided between them. */
  private add(gap: OpenGap): void {
    const other = this.open.find(({ watched }) => watched === gap.watched);
    if (other) Object.assign(other, { from: Math.min(other.from, gap.from), to: Math.max(other.to, gap.to) });
    else this.open.push(gap);
    gap.watched.hasGap = true;
    // Its counts are read in this look, whatever its turn would be.
    gap.watched.readAt = 0;
  }

  private tell({ watched, from, to, reason, knowsEnds }: OpenGap, evidence: Evidence | null): void {
    const mark = { queue: watched.id, from, to };
    if (!evidence) {
      this.intake.tellArrivals(watched.base, to, watched.heldArrivals);
      this.intake.tellGap({ ...mark, reason });
      return;
    }
    const { events, exact, sentence } = repairOf(evidence);
    this.intake.tell(watched.base, events);
    // They are known now: a gap that follows soon looks back beyond this one.
    for (const { id, at } of evidence.finished) {
      watched.ends.delete(id);
      watched.ends.set(id, at);
    }
    if (!knowsEnds && exact.length > 0)
      this.intake.tellGap({ ...mark, from: from - EDGE_MS, to: from + EDGE_MS, reason: AWAY_EDGE });
    this.intake.tellGap({ ...mark, reason: `${reason} ${sentence}`, exact });
  }

  private async gather(gaps: readonly OpenGap[], maxJobs: number): Promise<Evidence[]> {
    const [sets, metrics] = await Promise.all([
      Promise.all(gaps.map((gap) => this.readSets(gap))),
      Promise.all(gaps.map(({ watched }) => readMetrics(this.redis, watched))),
    ]);
    // Ends that were said after the gap are counted as they are heard: what is on its way has arrived after this.
    if (gaps.some(({ watched }) => watched.kind === 'bull')) await this.bull.hearAll(this.servers.up(), false);
    const waiting = this.bull.waitingEnds();
    const watchedOnes = gaps.map(({ watched }) => watched);
    const after = await readBaselines(this.redis, watchedOnes);
    const areSame = await areTheSame(
      this.redis,
      gaps.map(({ watched: { base }, before }) => ({ base, witness: before?.witness })),
    );
    let left = maxJobs;
    const evidence: Evidence[] = [];
    for (const [index, gap] of gaps.entries()) {
      const { finished: found, heard, isCut, isAmbiguous } = sets[index] as FinishedSets;
      const { watched, from, to, before } = gap;
      const isBull = watched.kind === 'bull';
      // What a stream still has is read from it; Bull says everything from `to` on.
      const isMissed = ({ id, at }: Finished) => (isBull ? !waiting.has(`${watched.base} ${id}`) : at <= to);
      const finished = found.filter(isMissed);
      const heardSince = [...heard, ...found.filter((each) => !isMissed(each))];
      left -= finished.length + heardSince.length;
      const state = { before, after: after[index] ?? null, isSameQueue: areSame[index] ?? false, isCut };
      const asked =
        isBull && left >= 0 ? await readFacts(this.redis, watched, finished, heardSince, from - EDGE_MS) : null;
      evidence.push({
        from,
        to,
        ...state,
        finished: asked?.finished ?? finished,
        mayBeRetried: isAmbiguous || (asked?.mayBeRetried ?? true),
        arrived: watched.heldArrivals,
        metrics: metrics[index] ?? { completed: new Map(), failed: new Map() },
        isBull,
      });
    }
    return evidence;
  }

  private readSets({ watched, from, knowsEnds }: OpenGap): Promise<FinishedSets> {
    const earliest = from - CLOCKS_APART_MS;
    const since = knowsEnds && earliest >= watched.endsSince ? earliest : from;
    return readFinished(this.redis, watched, since, watched.ends);
  }
}

const MINUTE_MS = 60_000;
const STARTED = 'The collector was started in this minute; Bull’s events before that were not heard.';
const AWAY = 'No collector heard Bull’s events.';
const AWAY_EDGE = 'No collector heard Bull’s events; who counted what in the moment before is not known job by job.';

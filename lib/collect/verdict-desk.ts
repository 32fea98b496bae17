import { diagnoseBroker, NO_BROKER_MEMORY, type BrokerMemory, type QueueBytes as Largest } from '../diagnose/broker';
import { diagnose, NO_MEMORY, type DiagnosisMemory } from '../diagnose/diagnose';
import type { Broker } from '../domain/broker';
import type { Forecast } from '../domain/forecast';
import type { Queue } from '../domain/queue';
import type { Departure } from '../domain/worker';
import type { Verdict } from '../domain/verdict';
import type { Tiers } from '../history/tiers';
import type { Redis } from '../redis/connection';
import { MarkWatch } from './mark-watch';
import type { SourceRunner } from './source-runner';
import { QUIET_MINUTE } from './recent-figures';
import { toQueue } from './to-queue';
import { UsualKeeper } from './usual-keeper';
import type { WatchedQueue } from './watched-queue';

/** Largest queues of a broker that are named where its memory is short. */
const LARGEST = 3;

/** What was made of a queue, and of which reading and closer look. */
type Judged = { queue: Queue; verdicts: Verdict[]; forecast: Forecast | null } & Pick<
  WatchedQueue,
  'reading' | 'probe'
>;

/** All queues as they are published: with what is wrong with each, which takes a memory of it. */
export class VerdictDesk {
  private readonly memories = new Map<string, DiagnosisMemory>();
  private readonly judged = new Map<string, Judged>();
  private readonly brokerMemories = new Map<string, BrokerMemory>();
  private readonly marks: MarkWatch;
  private readonly usuals: UsualKeeper;
  private isLearning = false;

  constructor(store: Redis, tiers: Tiers) {
    this.marks = new MarkWatch(store);
    this.usuals = new UsualKeeper(store, tiers);
  }

  /** Asks the store for what is usual and what happened, a little at a time; nobody waits for it. */
  learn(runners: readonly SourceRunner[], report: (error: unknown) => void): void {
    if (this.isLearning) return;
    this.isLearning = true;
    const queues = runners.flatMap((runner) =>
      [...runner.queues.values()].map(({ key, reading: { id } }) => ({ key, id })),
    );
    const now = Math.max(0, ...runners.map(({ lastAt }) => lastAt ?? 0)) || Date.now();
    void Promise.all([this.marks.step(Date.now()), this.usuals.step(queues, now)])
      .catch(report)
      .finally(() => (this.isLearning = false));
  }

  judge(runners: readonly SourceRunner[]): Queue[] {
    const queues: Queue[] = [];
    for (const runner of runners) {
      const now = runner.lastAt;
      if (now === null) continue;
      const left = new Map<string, Departure[]>();
      for (const one of runner.workers?.left ?? []) left.set(one.queueKey, [...(left.get(one.queueKey) ?? []), one]);
      const slowAt = runner.lastSlowAt();
      for (const watched of runner.queues.values()) {
        const before = this.judged.get(watched.key);
        if (before && runner.isUp() && this.isAsBefore(watched, before, now)) {
          watched.lately.observe(before.queue, now);
          queues.push(before.queue);
          continue;
        }
        const queue = toQueue(watched, now, before?.verdicts ?? []);
        if (before?.forecast) queue.forecast = before.forecast;
        // A source that is down, or its part that holds the queue, proves nothing about it: it keeps its verdicts.
        if (runner.isUp() && watched.unread === null)
          this.diagnose(queue, watched, now, left.get(watched.key) ?? [], slowAt);
        queues.push(queue);
      }
    }
    return queues;
  }

  /** A broker with what is wrong with it. `now`: ms, its clock. */
  judgeBroker(broker: Broker, runner: SourceRunner): Broker {
    if (broker.state !== 'up' || runner.lastAt === null) return broker;
    const memory = this.brokerMemories.get(broker.source) ?? NO_BROKER_MEMORY;
    const judged = diagnoseBroker(broker, largest(runner.queues.values()), memory, runner.lastAt);
    this.brokerMemories.set(broker.source, judged.memory);
    return { ...broker, verdicts: judged.verdicts };
  }

  forget(queueKeys: readonly string[]): void {
    for (const key of queueKeys) {
      this.memories.delete(key);
      this.judged.delete(key);
    }
    this.marks.forget(queueKeys);
    this.usuals.forget(queueKeys);
  }

  /**
   * Nothing was read of it and nothing happened since it was judged, nor is anything about to be confirmed: what else
   * changes with time is judged with the next reading, 5 s later at most.
   */
  private isAsBefore(watched: WatchedQueue, before: Judged, now: number): boolean {
    const { key, reading, probe, recent, stalls, unread } = watched;
    return (
      before.reading === reading &&
      before.probe === probe &&
      unread === null &&
      before.queue.lastMinute === QUIET_MINUTE &&
      recent.lastMinute(now) === QUIET_MINUTE &&
      stalls.trouble() === null &&
      stalls.lastMinute(now) === null &&
      (this.memories.get(key)?.held ?? []).every(({ verdict }) => verdict !== null)
    );
  }

  private diagnose(
    queue: Queue,
    watched: WatchedQueue,
    now: number,
    left: Departure[],
    brokerSlowAt: number | null,
  ): void {
    const { key, reading, lately: recent, probe, bytes } = watched;
    recent.observe(queue, now);
    const look = {
      ...{ queue, now, recent, probe, left, brokerSlowAt },
      usual: this.usuals.of(key),
      pause: queue.isPaused === true ? this.marks.pauseOf(key) : null,
      deploys: this.marks.deploysOf(queue.id, key),
    };
    const { verdicts, forecast, memory } = diagnose(look, this.memories.get(key) ?? NO_MEMORY);
    this.memories.set(key, memory);
    queue.verdicts = verdicts;
    queue.forecast = forecast;
    const held = bytes.of(probe);
    if (held !== null) queue.memory = held;
    this.judged.set(key, { queue, verdicts, forecast, reading, probe });
  }
}

function largest(queues: Iterable<WatchedQueue>): Largest[] {
  const known: Largest[] = [];
  for (const { reading, probe, bytes } of queues) {
    const memory = bytes.of(probe);
    if (memory !== null) known.push({ id: reading.id, bytes: memory.bytes });
  }
  return known.sort((a, b) => b.bytes - a.bytes).slice(0, LARGEST);
}

import { judgeHold, judgeStall, type Surroundings, type Usual } from '../diagnose/active-jobs';
import type { ActiveTrouble, HoldVerdict, RecentStalls, Stall } from '../domain/stall';
import { MAX_STALLS } from '../domain/stall';
import { stallCommands } from '../history/stall-store';
import type { HoldSample, StallSighting } from '../sources/source';
import type { Command } from '../store/lease';

const WINDOW_MS = 60_000;
/** Jobs whose worker is gone are worse than those that stand still, and these worse than those that take long. */
const WORST_FIRST: readonly HoldVerdict[] = ['worker-gone', 'loop-blocked', 'broker-slow', 'lock-gone', 'long'];

/** The active jobs of one queue that do not end, and its stalls, each with a verdict. Times ms, broker's clock. */
export class QueueStalls {
  private active: ActiveTrouble | null = null;
  /** As last looked at. */
  private jobs: HoldSample['jobs'] = [];
  /** Newest last. */
  private recent: Stall[] = [];
  private unwritten: Stall[] = [];

  look({ at, jobs, lockMs }: HoldSample, around: Around, usual: (name: string | null) => Usual | null): void {
    this.jobs = jobs;
    if (jobs.length === 0) {
      this.active = null;
      return;
    }
    const judged = jobs.map((job) => ({
      job,
      ...judgeHold(job, { ...around, now: at, lockMs, others: jobs.filter((other) => other !== job) }, usual(job.name)),
    }));
    const [worst] = judged
      .filter(({ verdict }) => verdict !== 'ok')
      .sort((a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict));
    this.active = {
      lockGone: judged.filter(({ verdict }) => verdict !== 'ok' && verdict !== 'long').length,
      long: judged.filter(({ verdict }) => verdict === 'long').length,
      worst: worst
        ? { jobId: worst.job.id, name: worst.job.name, verdict: worst.verdict, sentence: worst.sentence }
        : null,
      holder: holderOf(judged, around, at),
    };
  }

  take({ at, job, lockMs }: StallSighting, around: Around): void {
    const judged = judgeStall(job, { ...around, now: at, lockMs, others: this.jobs.filter(({ id }) => id !== job.id) });
    const stall = { at, jobId: job.id, name: job.name, ...judged };
    this.recent = [...this.recent, stall].slice(-MAX_STALLS);
    this.unwritten = [...this.unwritten, stall].slice(-MAX_STALLS);
  }

  trouble(): ActiveTrouble | null {
    return this.active;
  }

  /** Stalls of the minute before `now`; `null` where there were none. */
  lastMinute(now: number): RecentStalls | null {
    if (this.recent.length === 0) return null;
    this.recent = this.recent.filter(({ at }) => now - at < WINDOW_MS);
    const last = this.recent.at(-1);
    if (!last) return null;
    const causes: RecentStalls['causes'] = {};
    for (const { cause } of this.recent) causes[cause] = (causes[cause] ?? 0) + 1;
    return { causes, last };
  }

  /** Another collector has stored what happened until `at`. */
  forgetStored(at: number): void {
    this.unwritten = this.unwritten.filter((stall) => stall.at > at);
  }

  /** Commands that store what is not stored yet. Call `settle` when they are done. */
  toStore(queueKey: string): { commands: Command[]; settle: () => void } {
    const stalls = this.unwritten;
    return {
      commands: stallCommands(queueKey, stalls),
      settle: () => (this.unwritten = this.unwritten.filter((stall) => !stalls.includes(stall))),
    };
  }
}

/** Jobs that run for longer than this are looked at for who holds them, ms. */
const LONG_HELD_MS = 2_000;

function holderOf(
  judged: readonly { job: HoldSample['jobs'][number]; worker: string | null }[],
  { workers }: Around,
  at: number,
): ActiveTrouble['holder'] {
  if ((workers?.length ?? 0) < 2) return null;
  const held = judged.filter(({ job }) => job.takenAt !== null && at - job.takenAt >= LONG_HELD_MS);
  const names = new Set(held.map(({ job, worker }) => worker ?? (job.processedBy || null)));
  const [name] = names;
  return held.length >= 2 && names.size === 1 && name != null ? { worker: name, jobs: held.length } : null;
}

/** What is the same for all jobs of the queue. */
export type Around = Pick<Surroundings, 'workers' | 'left' | 'slowSpells'>;

import { LATE_SHARE, type HoldVerdict, type SlowSpell, type StallCause } from '../domain/stall';
import { countWords, durationWords } from '../domain/words';
import type { Departure, Worker } from '../domain/worker';

/** Runs longer than the 99th percentile times this stand out. */
const LONG_FACTOR = 5;
/** Nobody needs to look at what ends within seconds. */
const LONG_AT_LEAST_MS = 5_000;
/** Of a name that was seldom or never seen only the others' runs are known: it may be long by nature. */
const LONG_OF_OTHERS_MS = 10 * 60_000;
/** Locks are renewed after half of their time: a broker that is silent for this share of it may cost one. */
const SLOW_SHARE = 1 / 3;
const SLOW_AT_LEAST_MS = 1_000;
/** Unless it is changed, both libraries give locks for this long. */
const USUAL_LOCK_MS = 30_000;
/** Shorter locks run out before it matters that they are late. */
const SHORT_LOCK_MS = 5_000;
/** The broker tells the age of connections in whole seconds, and jobs are timed by the worker's clock. */
const CLOCK_SLACK_MS = 2_000;

/** What the lock of an active job says. Times in ms by the broker's clock; see `HeldJob` of the sources. */
export type Held = {
  id: string;
  takenAt: number | null;
  hasLock: boolean;
  /** How long its lock still holds; absent or `null` where that is not known. */
  lockTtlMs?: number | null;
  token: string | null;
  processedBy: string | null;
};

/** What is known around the jobs of one queue. */
export type Surroundings = {
  /** ms; for a stall: when it was noticed. */
  now: number;
  /** Connected to the queue; `null` where the broker does not tell. */
  workers: readonly Pick<Worker, 'name' | 'address' | 'connectedAt'>[] | null;
  /** Who left the queue, oldest first. */
  left: readonly Pick<Departure, 'name' | 'address' | 'connectedAt' | 'seenAt' | 'leftAt'>[];
  slowSpells: readonly SlowSpell[];
  /** How long locks are given for; `null` when not seen. */
  lockMs: number | null;
  /** Other active jobs of the queue. */
  others: readonly Held[];
};

/** How long 99 of 100 runs take at most, of its name or of the whole queue. */
export type Usual = { p99Ms: number; of: 'name' | 'queue' };

export type HoldJudgement = { verdict: HoldVerdict; sentence: string; worker: string | null };

/** What an active job's lock, age and surroundings mean. Pure. */
export function judgeHold(job: Held, around: Surroundings, usual: Usual | null): HoldJudgement {
  const ranMs = job.takenAt === null ? null : Math.max(0, around.now - job.takenAt);
  const running = ranMs === null ? 'Runs' : `Runs for ${durationWords(ranMs)}`;
  const witness = witnessesOf(job, around);
  const lateMs = notRenewedFor(job, around);
  if (!job.hasLock || lateMs !== null) {
    const { cause, why } = causeOf(job, around, witness);
    const what = lateMs === null ? 'its lock is gone' : `its lock has not been renewed for ${durationWords(lateMs)}`;
    return { verdict: cause, sentence: `${running}, and ${what}: ${why}.`, worker: witness.label };
  }
  // Held, but nobody is left: the lock runs out by itself. Others that are connected may be the same, come back.
  if (around.workers?.length === 0 && witness.gone.length > 0)
    return {
      verdict: 'worker-gone',
      sentence: `${running}; its lock still holds, but ${goneWords(around, witness)}.`,
      worker: witness.label,
    };
  if (
    usual &&
    ranMs !== null &&
    ranMs > Math.max(usual.of === 'name' ? LONG_AT_LEAST_MS : LONG_OF_OTHERS_MS, LONG_FACTOR * usual.p99Ms)
  )
    return {
      verdict: 'long',
      sentence: `${running}, ${times(ranMs / usual.p99Ms)} as long as 99 of 100 ${usual.of === 'name' ? 'of its name' : 'jobs of this queue'} (${durationWords(usual.p99Ms)}). Its worker renews the lock, so it is alive.`,
      worker: witness.label,
    };
  return { verdict: 'ok', sentence: `${running}; its worker holds the lock.`, worker: witness.label };
}

/** A worker that lives renews a lock after half of its time: later than this share of it is too late. ms; `null`: in time. */
function notRenewedFor({ hasLock, lockTtlMs = null }: Held, { lockMs }: Surroundings): number | null {
  if (!hasLock || lockTtlMs === null || lockMs === null || lockMs < SHORT_LOCK_MS) return null;
  return lockTtlMs < (1 - LATE_SHARE) * lockMs ? lockMs - lockTtlMs : null;
}

/** Its worker has renewed it lately, so it lives: a lock of a worker that is gone holds on for a while. */
function isRenewed({ hasLock, lockTtlMs = null }: Held, { lockMs }: Surroundings): boolean {
  return hasLock && (lockTtlMs === null || lockMs === null || lockMs < SHORT_LOCK_MS || lockTtlMs >= lockMs / 2);
}

/** Why a job stalled that its library has just taken back. Pure. */
export function judgeStall(
  job: Held,
  around: Surroundings,
): { cause: StallCause; sentence: string; worker: string | null } {
  const witness = witnessesOf(job, around);
  const { cause, why } = causeOf(job, around, witness);
  const ran = job.takenAt === null ? '' : ` ${durationWords(Math.max(0, around.now - job.takenAt))} after it was taken`;
  return { cause, sentence: `Stalled${ran}: ${why}.`, worker: witness.label };
}

/** The connections that may have held the job: those that were there when it was taken. */
type Witnesses = {
  stayed: Surroundings['left'][number][];
  gone: Surroundings['left'][number][];
  /** Its worker, where only one can be meant. */
  label: string | null;
};

function witnessesOf(job: Held, around: Surroundings): Witnesses {
  const { takenAt, processedBy } = job;
  const { workers, left, now } = around;
  const since = takenAt ?? now;
  const isMeant = ({ name }: { name: string | null }) =>
    processedBy === null || processedBy === '' || name === processedBy;
  const stayed = (workers ?? [])
    .filter((worker) => worker.connectedAt <= since + CLOCK_SLACK_MS && isMeant(worker))
    .map((worker) => ({ ...worker, seenAt: now, leftAt: Infinity }));
  const gone = left.filter(
    (worker) =>
      worker.leftAt >= since && worker.seenAt <= now && worker.connectedAt <= since + CLOCK_SLACK_MS && isMeant(worker),
  );
  const [only, ...rest] = [...stayed, ...gone];
  const isKnown =
    workers !== null && takenAt !== null && only !== undefined && rest.length === 0 && !areAllElsewhere(job, around);
  return { stayed, gone, label: isKnown ? labelOf(only) : null };
}

function causeOf(job: Held, around: Surroundings, witness: Witnesses): { cause: StallCause; why: string } {
  const { workers, now, others, lockMs } = around;
  const spell = slowestSince(job.takenAt, around);
  if (spell && spell.ms >= Math.max(SLOW_AT_LEAST_MS, SLOW_SHARE * lockOf(job, around)))
    return {
      cause: 'broker-slow',
      why: `the broker did not answer for ${durationWords(spell.ms)} meanwhile${spell.command === null ? '' : ` (its slowest command: ${spell.command})`}, so no lock could be renewed`,
    };
  if (workers === null)
    return { cause: 'lock-gone', why: 'the broker does not tell who is connected, so it cannot be said why' };
  if (workers.length === 0) return { cause: 'worker-gone', why: goneWords(around, witness) };
  // Bull's workers take a job off the list first and lock it in a second step: one that stands still never gets to it.
  if (job.takenAt === null && job.token === null && !job.hasLock)
    return around.left.some(({ leftAt }) => now - leftAt < USUAL_LOCK_MS)
      ? { cause: 'worker-gone', why: 'a worker took it off the list and left before it began' }
      : { cause: 'loop-blocked', why: 'a worker took it off the list and has not begun it: its event loop is blocked' };
  if (job.takenAt === null)
    return { cause: 'lock-gone', why: 'when it was taken is not known, so it cannot be said by whom' };
  if (witness.stayed.length === 0) return { cause: 'worker-gone', why: goneWords(around, witness) };
  const alive =
    job.token === null ? 0 : others.filter((other) => other.token === job.token && isRenewed(other, around)).length;
  if (alive > 0)
    return {
      cause: 'loop-blocked',
      why: `its worker holds ${countWords(alive, 'other job')} but has not renewed this lock for ${lockWords(lockMs)}: its event loop was blocked, or the process stood still`,
    };
  if (areAllElsewhere(job, around) && witness.gone.length === 0)
    return job.token === null
      ? { cause: 'lock-gone', why: 'all workers that are connected hold other jobs, so its own left, or stood still' }
      : {
          cause: 'worker-gone',
          why: `its worker is gone: ${countWords(workers.length, 'worker')} connected ${workers.length === 1 ? 'holds' : 'hold'} other jobs, under other tokens than its lock had`,
        };
  if (witness.gone.length === 0)
    return {
      cause: 'loop-blocked',
      why: `${stayedWords(witness)} still connected but has not renewed the lock for ${lockWords(lockMs)}: its event loop is blocked, or the process stands still`,
    };
  const last = witness.gone.at(-1) as Witnesses['gone'][number];
  return {
    cause: 'worker-gone',
    why: `most likely its worker is gone: ${labelOf(last)} ${leftWords(last, now)}, ${durationWords(Math.max(0, Math.min(now, last.leftAt) - job.takenAt))} after the job was taken; ${countWords(witness.stayed.length, 'other worker')} stayed`,
  };
}

/** How long the lock was given for; where that was not seen, no longer than the job ran. */
function lockOf({ takenAt }: Held, { lockMs, now }: Surroundings): number {
  return lockMs ?? Math.min(USUAL_LOCK_MS, takenAt === null ? USUAL_LOCK_MS : now - takenAt);
}

/** Every connected worker renews the locks of other jobs, and none of them is known to be this one's. */
function areAllElsewhere({ token }: Held, { workers, others }: Surroundings): boolean {
  const tokens = new Set(others.flatMap((other) => (other.hasLock && other.token !== null ? [other.token] : [])));
  return (
    workers !== null && workers.length > 0 && tokens.size >= workers.length && !(token !== null && tokens.has(token))
  );
}

function slowestSince(takenAt: number | null, { slowSpells, now, lockMs }: Surroundings): SlowSpell | null {
  const from = takenAt ?? now - 2 * (lockMs ?? USUAL_LOCK_MS);
  const within = slowSpells.filter(({ at, ms }) => at > from && at - ms < now);
  return within.reduce<SlowSpell | null>((worst, spell) => (worst && worst.ms >= spell.ms ? worst : spell), null);
}

function goneWords({ workers, now }: Surroundings, { gone }: Witnesses): string {
  const last = gone.at(-1);
  const who =
    last === undefined
      ? ''
      : `${gone.length === 1 ? labelOf(last) : `the last of ${gone.length}`} ${leftWords(last, now)}`;
  const rest =
    workers?.length === 0
      ? 'no worker is connected to the queue'
      : `${workers?.length === 1 ? 'the one worker' : `all ${countWords(workers?.length ?? 0, 'worker')}`} connected now came after it was taken`;
  return `its worker is gone: ${[who, rest].filter((part) => part !== '').join(', ')}`;
}

/** Who is missed only afterwards left at some time before. */
function leftWords({ leftAt }: { leftAt: number }, now: number): string {
  return leftAt <= now ? `left ${durationWords(now - leftAt)} ago` : 'has left';
}

function stayedWords({ stayed, label }: Witnesses): string {
  if (label !== null) return `its worker ${label} is`;
  return `its worker is one of ${stayed.length} that were there when it was taken; all of them are`;
}

function lockWords(lockMs: number | null): string {
  return lockMs === null ? 'longer than it holds' : `at least ${durationWords(roundUp(lockMs))}`;
}

/** The longest that was seen is a little less than what locks are given for. */
function roundUp(ms: number): number {
  return ms < 1_000 ? ms : Math.ceil(ms / 1_000) * 1_000;
}

function labelOf({ name, address }: { name: string | null; address: string }): string {
  return name === null ? address : `${name} (${address})`;
}

function times(factor: number): string {
  return `${factor < 10 ? factor.toFixed(1) : Math.round(factor)} times`;
}

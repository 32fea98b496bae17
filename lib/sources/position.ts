/**
 * What was counted of a queue at one moment, all in one step of the broker: jobs ever added (by the library's own
 * counter), and jobs by where they were. `run`: which run of the broker that was; `''` when it cannot be told.
 */
export type Baseline = {
  added: number;
  unfinished: number;
  completed: number;
  failed: number;
  run: string;
  witness?: Witness;
};

/**
 * A job that was in a Bull queue: as long as it is there, with the same `timestamp` (ms, as text), the queue was not
 * emptied and begun anew.
 */
export type Witness = { jobId: string; timestamp: string };

/** Longer ids are not written into positions, which are many. */
const MAX_WITNESS_CHARS = 100;

/**
 * Up to where events of a queue are taken in. `at`: id of a stream entry for BullMQ, ms by the broker's clock for Bull,
 * of which nothing can be read again. `ms`: the same as a time. `baseline`: the queue as it was read then. `told`: up to
 * which number of its counter a Bull queue's arrivals are told, where that is less.
 */
export type Position = { at: string; ms: number; baseline: Baseline | null; told?: number };

export function positionText({ at, baseline, told }: Omit<Position, 'ms'>): string {
  if (!baseline) return at;
  const { added, unfinished, completed, failed, run, witness } = baseline;
  const parts = [at, added, unfinished, completed, failed, run];
  if (told !== undefined || witness) parts.push(told ?? '');
  if (witness && witness.jobId.length <= MAX_WITNESS_CHARS)
    parts.push(Buffer.from(witness.jobId).toString('base64url'), witness.timestamp);
  return parts.join('.');
}

/** Counts, run, up to where arrivals are told, the witness. */
const POSITION = /^((\d+)(?:-\d+)?)((?:\.\d+){4}\.\w*(?:\.\d*)?(?:\.[\w-]+\.\d+)?)?$/;

/** `null` for a text that is no position. */
export function readPosition(text: string | undefined): Position | null {
  const [, at, ms, rest] = POSITION.exec(text ?? '') ?? [];
  if (at === undefined || ms === undefined) return null;
  if (rest === undefined) return { at, ms: Number(ms), baseline: null };
  const [added, unfinished, completed, failed, run = '', told, jobId, timestamp] = rest.slice(1).split('.');
  const baseline: Baseline = {
    added: Number(added),
    unfinished: Number(unfinished),
    completed: Number(completed),
    failed: Number(failed),
    run,
    ...(jobId !== undefined &&
      timestamp !== undefined && { witness: { jobId: Buffer.from(jobId, 'base64url').toString(), timestamp } }),
  };
  return { at, ms: Number(ms), baseline, told: Number(told || added) };
}

/** Under this name the positions of a source say until when (ms) all of its queues are written. No queue key has a dot. */
export const WHOLE_SOURCE = '.';

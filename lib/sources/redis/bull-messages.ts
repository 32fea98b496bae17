import { REASON_CHARS } from '../../failures/title';
import { cutReason } from './failure-kinds';
import type { RawEvent } from './job-lives';

const WITH_ID = /^(.*):(waiting|active|stalled|duplicated|debounced)@[^@]*$/s;
const WITH_PAYLOAD = /^(.*):(completed|failed)$/s;
/** A job's id and what is around it in a message, and so much of the message of its failure, escaped. */
const MAX_ID_CHARS = 4_096;
const ESCAPED_CHARS = 6 * REASON_CHARS;
const DELAYED = /^(.*):delayed$/s;
const PAUSED = /^(.*):paused$/s;
/** What Bull's script says when a job stalled too often: it publishes no `stalled` for it. */
const STALLED_OUT = '"val": "job stalled more than maxStalledCount"}';

/**
 * What one message of Bull says of the queue under `base`. `duplicate`: an add that made no job. `delayed`: some job
 * has (or had) this score in the `delayed` set; which one is not said. `put-off`: some job was put off until `until`
 * (ms, as text), most likely by its add. `paused`: the queue, which is what its obliteration begins with.
 */
export type BullMessage = { base: string; at: number } & (
  | { type: 'event'; raw: RawEvent }
  | { type: 'duplicate' }
  | { type: 'delayed'; score: string }
  | { type: 'put-off'; until: string }
  | { type: 'paused' }
);

/**
 * Reads one Pub/Sub message of Bull 4; `null` for those that say nothing about a job's state.
 * Channels are `<base>:waiting@<token>` with the job id as text, and `<base>:completed|failed` with JSON.
 */
export function readBullMessage(channel: string, payload: string, at: number): BullMessage | null {
  const withId = WITH_ID.exec(channel);
  if (withId) {
    const [, base = '', type] = withId;
    if (type === 'duplicated' || type === 'debounced') return { base, at, type: 'duplicate' };
    return { base, at, type: 'event', raw: { at, jobId: payload, type: type as RawEvent['type'] } };
  }
  const withPayload = WITH_PAYLOAD.exec(channel);
  if (withPayload) {
    const [, base = '', type] = withPayload;
    const jobId = jobIdOf(payload);
    if (jobId === null) return null;
    const isStalledOut = type === 'failed' && payload.endsWith(STALLED_OUT);
    return {
      base,
      at,
      type: 'event',
      raw: {
        at,
        jobId,
        type: isStalledOut ? 'stalled-out' : (type as RawEvent['type']),
        ...(type === 'failed' && !isStalledOut ? reasonOf(payload) : {}),
      },
    };
  }
  const pausedBase = PAUSED.exec(channel)?.[1];
  if (pausedBase !== undefined) return payload === 'paused' ? { base: pausedBase, at, type: 'paused' } : null;
  const base = DELAYED.exec(channel)?.[1];
  if (base === undefined || !/^\d{1,16}(\.\d+)?$/.test(payload)) return null;
  const score = delayedScore(payload);
  return score === null ? { base, at, type: 'put-off', until: payload } : { base, at, type: 'delayed', score };
}

/** The id stands first in Bull's message; the value after it may be megabytes that need no parsing. */
function jobIdOf(payload: string): string | null {
  const quick = /^\{"jobId":"((?:[^"\\]|\\.)*)"/.exec(payload)?.[1];
  if (quick !== undefined && !quick.includes('\\')) return quick;
  try {
    const { jobId } = JSON.parse(payload) as { jobId?: unknown };
    return typeof jobId === 'string' || typeof jobId === 'number' ? String(jobId) : null;
  } catch {
    return null;
  }
}

const VALUE = /"val": ?"/;

/** The message stands last: `{"jobId":"1","val":"…"}`. Only its beginning is unescaped. */
function reasonOf(payload: string): { reason: string } | object {
  const start = VALUE.exec(payload.slice(0, MAX_ID_CHARS));
  if (!start) return {};
  const from = start.index + start[0].length;
  const isWhole = payload.length - from <= ESCAPED_CHARS;
  // A cut must not go through an escape: those are at most six characters long.
  const text = isWhole
    ? payload.slice(from, payload.lastIndexOf('"'))
    : withoutOpenEscape(payload.slice(from, from + ESCAPED_CHARS));
  try {
    return { reason: cutReason(JSON.parse(`"${text}"`) as string) };
  } catch {
    return {};
  }
}

function withoutOpenEscape(text: string): string {
  const at = text.lastIndexOf('\\');
  if (at < text.length - 6) return text;
  let first = at;
  while (first > 0 && text[first - 1] === '\\') first -= 1;
  // An even number of backslashes are escaped ones, of which none is left open.
  return (at - first) % 2 === 1 ? text : text.slice(0, at);
}

/**
 * Bull publishes a retry's score in `delayed`, divided by 4096, with all its digits. A whole number comes from an add
 * (or from one retry in 4096) and identifies nothing.
 */
function delayedScore(payload: string): string | null {
  const value = Number(payload);
  return Number.isInteger(value) ? null : String(value * 0x1000);
}

/** Says whether a job has left the queue's work by this: for good, or to be retried by a person. */
export function isEnd({ type }: Pick<RawEvent, 'type'>): boolean {
  return type === 'completed' || type === 'failed' || type === 'stalled-out';
}

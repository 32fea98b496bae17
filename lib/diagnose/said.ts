import type { Queue } from '../domain/queue';
import { toQueueKey } from '../domain/queue-key';
import type { Evidence, Suggestion } from '../domain/verdict';
import { countWords, durationWords, numberWords } from '../domain/words';

/** `–` for what is not known. */
export function figure(value: number | null): string {
  return value === null ? '–' : numberWords(value);
}

export function percent(share: number): string {
  return `${share > 0 && share < 0.01 ? '< 1' : Math.round(share * 100)} %`;
}

/** `12/s`, `0.4/s`, `3/min`. */
export function rateWords(perS: number): string {
  if (perS >= 10) return `${numberWords(Math.round(perS))}/s`;
  if (perS >= 0.1) return `${numberWords(Number(perS.toFixed(1)))}/s`;
  return `${numberWords(Number((perS * 60).toFixed(1)))}/min`;
}

/** `3.4 times`, `12 times`. */
export function timesWords(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)} times`;
}

export function bytesWords(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit += 1) value /= 1000;
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

export function jobsWait(backlog: number | null): string {
  return `${countWords(backlog ?? 0, 'job')} ${backlog === 1 ? 'waits' : 'wait'}`;
}

export function areConnected(workers: number | null): string {
  return `${countWords(workers ?? 0, 'worker')} ${workers === 1 ? 'is' : 'are'} connected`;
}

/** Backlog and the age of its oldest job. */
export function waitingEvidence({ backlog, oldestWaitingMs, oldestWaitingIsAtLeast }: Queue): Evidence[] {
  const evidence: Evidence[] = [{ label: 'Backlog', value: figure(backlog), chart: 'depth' }];
  if (oldestWaitingMs !== null)
    evidence.push({
      label: 'Oldest waits',
      value: `${oldestWaitingIsAtLeast ? 'at least ' : ''}${durationWords(oldestWaitingMs)}`,
      chart: 'depth',
    });
  return evidence;
}

/** Path of a queue's list of jobs. */
export function jobsPath({ id }: Pick<Queue, 'id'>, state: string, query = ''): string {
  const q = query === '' ? '' : `&q=${encodeURIComponent(query)}`;
  return `/queues/${toQueueKey(id)}/jobs?state=${state}${q}`;
}

export function lookAtJobs(queue: Pick<Queue, 'id'>, label: string, state: string, query = ''): Suggestion {
  return { label, href: jobsPath(queue, state, query) };
}

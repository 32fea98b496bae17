import { REPUBLISHED, type Death, type DeadGroup } from '../../domain/message';
import { fingerprintOf } from '../../failures/fingerprint';
import { Fields, isRecord } from './fields';

/** Headers in which consumers and frameworks say why they gave up; first fit wins. */
const ERROR_HEADERS = [
  ...['x-error', 'x-error-message', 'x-exception-message', 'x-exception', 'x-failure-reason', 'x-last-error'],
  ...['error', 'error-message', 'exception', 'exception-message', 'failure-reason', 'reason'],
];
/** Headers by which consumers that send on what they give up name the queue that they took it from. */
const ORIGIN_HEADERS = ['x-origin-queue', 'x-original-queue', 'nservicebus.failedq', 'mt-fault-inputaddress'];
const MAX_ERROR_CHARS = 2_000;
const MAX_DEATHS = 50;

/**
 * Where a message was given up, the newest first: `x-death` as the broker writes it, or, where a consumer published it
 * anew for the dead letters, the one stop that its headers name.
 */
export function deathsOf(headers: Readonly<Record<string, unknown>>): Death[] {
  const listed = headers['x-death'];
  if (listed === undefined) return republished(headers);
  return (Array.isArray(listed) ? listed : []).slice(0, MAX_DEATHS).flatMap((item): Death[] => {
    if (!isRecord(item)) return [];
    const death = new Fields(item);
    return [
      {
        reason: death.text('reason') ?? 'unknown',
        queue: death.text('queue') ?? '',
        exchange: death.text('exchange') ?? '',
        routingKeys: death.texts('routing-keys'),
        count: death.number('count') ?? 1,
        at: timeOf(item['time']),
      },
    ];
  });
}

function republished(headers: Readonly<Record<string, unknown>>): Death[] {
  const told = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const text = (name: string) => {
    const value = told.get(name);
    return typeof value === 'string' ? value : null;
  };
  const named = ORIGIN_HEADERS.map(text).find((name) => name !== null && name !== '');
  const [exchange, key] = [text('x-original-exchange'), text('x-original-routingkey')];
  // An address ends in the name of the queue; the default exchange takes that name for a key.
  const queue = named ? lastPart(named) : exchange === '' && key ? key : null;
  if (!queue) return [];
  const routingKeys = key === null ? [] : [key];
  return [{ reason: REPUBLISHED, queue, exchange: exchange ?? '', routingKeys, count: 1, at: null }];
}

function lastPart(name: string): string {
  if (!/^[a-z]+:\/\//.test(name)) return name;
  const path =
    name
      .replace(/[?#].*$/, '')
      .split('/')
      .at(-1) ?? '';
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The management API gives seconds, AMQP a tagged value. */
function timeOf(value: unknown): number | null {
  if (typeof value === 'number') return value * 1_000;
  return isRecord(value) && typeof value['value'] === 'number' ? value['value'] * 1_000 : null;
}

/** Where a message died last before it came to `here`, and why; `null` where it does not say. */
export function lastDeath(headers: Readonly<Record<string, unknown>>, here: string): Death | null {
  // What expires in the queue for dead letters itself comes back to it with that stop on top.
  return deathsOf(headers).find(({ queue }) => queue !== '' && queue !== here) ?? null;
}

export type ToldError = { header: string; text: string };

/** The error that a header tells. */
export function errorOf(headers: Readonly<Record<string, unknown>>): ToldError | null {
  const names = new Map(Object.keys(headers).map((name) => [name.toLowerCase(), name]));
  for (const wanted of ERROR_HEADERS) {
    const name = names.get(wanted);
    const value = name === undefined ? undefined : headers[name];
    const text = isRecord(value) && typeof value['message'] === 'string' ? value['message'] : value;
    if (name !== undefined && typeof text === 'string' && text.trim() !== '')
      return { header: name, text: text.slice(0, MAX_ERROR_CHARS) };
  }
  return null;
}

/** The kind of a dead letter, and what it is called. */
export function groupOf(
  headers: Readonly<Record<string, unknown>>,
  here: string,
): { group: DeadGroup; title: string | null; header: string | null; death: Death | null } {
  const death = lastDeath(headers, here);
  const error = errorOf(headers);
  const kind = error && fingerprintOf({ reason: error.text, stack: null });
  return {
    group: { reason: death?.reason ?? null, origin: death?.queue ?? null, error: kind?.fingerprint ?? null },
    title: kind?.title ?? null,
    header: error?.header ?? null,
    death,
  };
}

export function isSameGroup(a: DeadGroup, b: DeadGroup): boolean {
  return a.reason === b.reason && a.origin === b.origin && a.error === b.error;
}

import type { Notification, NotificationKind, NotificationNumber } from '../domain/notification';
import { queueLabel } from '../domain/queue-key';
import { countWords, durationWords, numberWords } from '../domain/words';

/** Control characters, and those that turn the direction of text or are not seen at all. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu;

/** A name or message from a job as one line of visible text, at most `max` characters long. */
export function oneLine(text: string, max: number): string {
  // What is far longer than its room is cut before it is looked through.
  const visible = text
    .slice(0, 4 * max)
    .replace(INVISIBLE, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return cut(visible, max);
}

export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  // Half of a pair of surrogates is no character.
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

const KIND_WORDS: Record<NotificationKind, string> = {
  fired: 'Firing',
  escalated: 'Escalated',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
  test: 'Test',
};

export function kindWord(kind: NotificationKind): string {
  return KIND_WORDS[kind];
}

/** `Firing: Backlog over 1,000 in main/bull/reports`. */
export function headline({ kind, incident }: Notification, max: number): string {
  const queue = incident.queue ? ` in ${queueLabel(incident.queue)}` : '';
  return oneLine(`${KIND_WORDS[kind]}: ${incident.name}${queue}`, max);
}

/** A figure with its unit; `–` when it is not known. */
export function figure({ value, unit }: NotificationNumber): string {
  if (value === null) return '–';
  switch (unit) {
    case 'ms':
      return durationWords(value);
    case 'share':
      return `${numberWords(value * 100)} %`;
    case 'bytes':
      return value >= 1_048_576 ? `${numberWords(value / 1_048_576)} MB` : `${numberWords(value / 1_024)} KB`;
    case 'count':
      return numberWords(value);
    case 'jobs':
      return countWords(value, 'job');
    case 'workers':
      return countWords(value, 'worker');
    case 'jobs/min':
      return `${numberWords(value)} jobs/min`;
  }
}

/** What a person needs beside the sentence, in the order of its weight. Texts of jobs are made visible, not escaped. */
export function facts(notification: Notification, max = 300): { label: string; text: string }[] {
  const { incident, numbers, topFailure, onIt, environment, at } = notification;
  const { severity, since, resolvedAt } = incident;
  const lasted = durationWords(Math.max(0, (resolvedAt ?? at) - since));
  const all: [string, string | null][] = [
    ['Severity', severity],
    ['Environment', environment],
    ['Since', `${moment(since)} (${resolvedAt === null ? lasted : `lasted ${lasted}`})`],
    ...numbers.map((number): [string, string] => [number.label, figure(number)]),
    ['Top failure', topFailure && failureLine(topFailure)],
    ['On it', onIt && `${onIt.by}, since ${moment(onIt.at)}${onIt.note ? `: ${onIt.note}` : ''}`],
  ];
  return all.flatMap(([label, text]) =>
    text === null ? [] : [{ label: oneLine(label, 100), text: oneLine(text, max) }],
  );
}

/** Further symptoms of the incident, one line each. Empty when there is only the one that the sentence says. */
export function memberLines({ incident, sentence }: Notification, max = 300): string[] {
  const others = incident.members.filter((member) => member.sentence !== sentence);
  const lines = others.map((member) => oneLine(`${member.isResolved ? 'over: ' : ''}${member.sentence}`, max));
  const more = incident.memberCount - incident.members.length;
  return more > 0 ? [...lines, `and ${countWords(more, 'more symptom')}`] : lines;
}

function failureLine({ title, count, share }: NonNullable<Notification['topFailure']>): string {
  const part = share === null ? '' : `, ${Math.round(share * 100)} % of the failures`;
  return `${title} (${countWords(count, 'job')}${part})`;
}

function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

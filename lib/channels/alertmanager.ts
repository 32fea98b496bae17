import type { ChannelOf } from '../config/channel-config';
import type { Notification } from '../domain/notification';
import type { Channel } from './channel';
import { channelKey } from './channel-key';
import { createPost, type PostOptions } from './post';
import { facts, memberLines, oneLine } from './text';

/** Alertmanager forgets what it does not hear of again (its `resolve_timeout` is 5 min). */
const REPEAT_MS = 60_000;
/** What is not repeated for so long has ended: three times may fail. */
const LASTS_MS = 4 * REPEAT_MS;
/** A test shows for a moment. */
const TEST_MS = 60_000;
const PER_REQUEST = 200;

type AmAlert = {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  generatorURL: string;
};

/** Tells Prometheus Alertmanager (API v2) what is open, again and again, and what has ended. */
export function openAlertmanager(config: ChannelOf<'alertmanager'>, options: PostOptions = {}): Channel {
  const base = new URL(config.url);
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/+$/, '')}/api/v2/alerts`;
  url.username = '';
  url.password = '';
  const post = createPost({ allow: config.allow, ...options });
  const headers = { 'content-type': 'application/json; charset=utf-8', ...authorization(config) };
  const send = (alerts: readonly AmAlert[]) => post(url, JSON.stringify(alerts), headers);
  const { labels = {} } = config;
  return {
    key: channelKey('alertmanager', config.name, config.url),
    kind: 'alertmanager',
    name: config.name ?? 'Alertmanager',
    target: `${base.origin}${base.pathname.replace(/\/+$/, '')}`,
    repeatEveryMs: REPEAT_MS,
    send: (notification) => send([toAlertmanager(notification, labels, Date.now())]),
    async repeat(open, now) {
      for (let from = 0; from < open.length; from += PER_REQUEST)
        await send(open.slice(from, from + PER_REQUEST).map((each) => toAlertmanager(each, labels, now)));
    },
  };
}

/**
 * The labels are what Alertmanager knows an alert by: they do not change while an incident lasts, unless its severity
 * does; what had the old one ends by itself. `now`: ms since the epoch.
 */
export function toAlertmanager(
  notification: Notification,
  more: Readonly<Record<string, string>>,
  now: number,
): AmAlert {
  const { kind, incident, sentence, url, environment } = notification;
  const { queue } = incident;
  const endsAt = incident.resolvedAt ?? now + (kind === 'test' ? TEST_MS : LASTS_MS);
  const labels: [string, string | null][] = [
    ['alertname', incident.name],
    ['severity', incident.severity],
    ['incident', incident.id],
    ['source', queue?.source ?? null],
    ['namespace', queue?.namespace ?? null],
    ['queue', queue?.name ?? null],
    ['environment', environment],
    ...Object.entries(more),
  ];
  const symptoms = memberLines(notification).join('\n');
  const details = facts(notification)
    .map(({ label, text }) => `${label}: ${text}`)
    .join('\n');
  return {
    labels: Object.fromEntries(labels.flatMap(([name, text]) => (text ? [[name, oneLine(text, 300)]] : []))),
    annotations: {
      summary: oneLine(sentence, 1_000),
      description: symptoms === '' ? details : `${details}\n${symptoms}`,
    },
    startsAt: new Date(Math.min(incident.firedAt, endsAt)).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
    generatorURL: url,
  };
}

function authorization({ url, user, password, token }: ChannelOf<'alertmanager'>): Record<string, string> {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  const inUrl = new URL(url);
  const name = user ?? decodeURIComponent(inUrl.username);
  if (name === '') return {};
  const pair = `${name}:${password ?? decodeURIComponent(inUrl.password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

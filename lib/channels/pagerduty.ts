import { createHash } from 'node:crypto';
import type { ChannelOf } from '../config/channel-config';
import type { Notification, NotificationKind } from '../domain/notification';
import { queueLabel } from '../domain/queue-key';
import type { Channel } from './channel';
import { channelKey, shownUrl } from './channel-key';
import { createPost, type PostOptions } from './post';
import { facts, headline, memberLines, oneLine } from './text';

/** Limits of Events API v2. */
const MAX_SUMMARY = 1_024;
const MAX_DEDUP_KEY = 255;

const ACTIONS: Record<NotificationKind, 'trigger' | 'acknowledge' | 'resolve'> = {
  fired: 'trigger',
  escalated: 'trigger',
  acknowledged: 'acknowledge',
  resolved: 'resolve',
  test: 'trigger',
};

/** Sends events to PagerDuty's Events API v2: one incident there for one here, joined by `dedup_key`. */
export function openPagerDuty(config: ChannelOf<'pagerduty'>, options: PostOptions = {}): Channel {
  const url = new URL(config.url);
  const post = createPost({ allow: config.allow, ...options });
  const send = (event: object) =>
    post(url, JSON.stringify(event), { 'content-type': 'application/json; charset=utf-8' });
  return {
    key: channelKey('pagerduty', config.name, config.routingKey),
    kind: 'pagerduty',
    name: config.name ?? 'PagerDuty',
    target: shownUrl(url),
    send: (notification) => send(pagerDutyEvent(notification, config.routingKey)),
    async test(notification) {
      const answer = await send(pagerDutyEvent(notification, config.routingKey));
      // Nobody is to be woken for longer than the test takes.
      await send(pagerDutyEvent({ ...notification, kind: 'resolved' }, config.routingKey));
      return answer;
    },
  };
}

export function pagerDutyEvent(notification: Notification, routingKey: string): object {
  const { kind, incident, sentence, url, at, environment } = notification;
  const action = ACTIONS[kind];
  const base = { routing_key: routingKey, event_action: action, dedup_key: dedupKey(incident.id) };
  if (action !== 'trigger') return base;
  const label = incident.queue ? queueLabel(incident.queue) : 'Tailback';
  return {
    ...base,
    client: environment === null ? 'Tailback' : `Tailback ${oneLine(environment, 100)}`,
    client_url: url,
    links: [{ href: url, text: 'The time of the incident in Tailback' }],
    payload: {
      summary: oneLine(`${headline(notification, 300)} – ${sentence}`, MAX_SUMMARY),
      source: oneLine(label, 300),
      severity: incident.severity,
      timestamp: new Date(at).toISOString(),
      component: incident.queue ? oneLine(incident.queue.name, 300) : 'Tailback',
      group: incident.queue?.source ?? 'Tailback',
      class: oneLine(incident.name, 300),
      custom_details: {
        sentence: oneLine(sentence, 1_000),
        ...Object.fromEntries(facts(notification, 500).map(({ label: name, text }) => [name, text])),
        symptoms: memberLines(notification),
        url,
      },
    },
  };
}

function dedupKey(incidentId: string): string {
  const key = `tailback-${incidentId}`;
  return key.length <= MAX_DEDUP_KEY ? key : `tailback-${createHash('sha256').update(incidentId).digest('hex')}`;
}

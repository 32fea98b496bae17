import type { ChannelOf } from '../config/channel-config';
import type { Notification } from '../domain/notification';
import type { Channel } from './channel';
import { channelKey } from './channel-key';
import { createPost, type PostOptions } from './post';
import { cut, facts, headline, memberLines, oneLine } from './text';

/** Slack's limits: header 150, section 3,000, ten fields of 2,000, URL 3,000 characters. */
const MAX_HEADER = 150;
const MAX_SECTION = 3_000;
const MAX_FIELDS = 10;
const MAX_FIELD = 2_000;
const MAX_URL = 3_000;

const COLORS = { critical: '#d13b3b', warning: '#c77d0a', info: '#3b6fd1' } as const;
const OVER = '#2e9e5b';

/**
 * Posts to an incoming webhook. Such a webhook can neither change what it sent nor answer in a thread: each piece of
 * news is a message of its own.
 */
export function openSlack(config: ChannelOf<'slack'>, options: PostOptions = {}): Channel {
  const url = new URL(config.url);
  const post = createPost({ allow: config.allow, ...options });
  return {
    key: channelKey('slack', config.name, config.url),
    kind: 'slack',
    name: config.name ?? 'Slack',
    target: url.origin,
    send: (notification) =>
      post(url, JSON.stringify(slackMessage(notification)), { 'content-type': 'application/json; charset=utf-8' }),
  };
}

/** Block Kit. All that comes from jobs stands in `plain_text`, where nothing is a mention, a link or a style. */
export function slackMessage(notification: Notification): object {
  const { kind, incident, sentence, url } = notification;
  const members = memberLines(notification).join('\n');
  const plain = (text: string, max: number) => ({ type: 'plain_text', text: escaped(text, max), emoji: false });
  const fields = facts(notification, MAX_FIELD / 2)
    .slice(0, MAX_FIELDS)
    .map(({ label, text }) => plain(`${label}\n${text}`, MAX_FIELD));
  const blocks = [
    { type: 'header', text: plain(headline(notification, MAX_HEADER), MAX_HEADER) },
    { type: 'section', text: plain(oneLine(sentence, MAX_SECTION), MAX_SECTION) },
    { type: 'section', fields },
    ...(members === '' ? [] : [{ type: 'section', text: plain(members, MAX_SECTION) }]),
    ...(url.length > MAX_URL
      ? []
      : [{ type: 'actions', elements: [{ type: 'button', text: plain('Open in Tailback', 75), url }] }]),
  ];
  const isOver = kind === 'resolved';
  return {
    // What a notification on a phone shows, and readers without blocks.
    text: escaped(`${headline(notification, MAX_HEADER)} – ${oneLine(sentence, 500)}`, 1_000),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    attachments: [{ color: isOver ? OVER : COLORS[incident.severity], blocks }],
  };
}

/** `&`, `<` and `>` are Slack's control characters; the limit holds after they have become longer. */
function escaped(text: string, max: number): string {
  let room = text;
  for (;;) {
    const result = room.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    if (result.length <= max) return result;
    room = cut(room, Math.max(1, Math.min(room.length - 1, Math.floor((room.length * max) / result.length))));
  }
}

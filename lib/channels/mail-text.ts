import type { Notification } from '../domain/notification';
import { facts, headline, memberLines, oneLine } from './text';

const MAX_SUBJECT = 200;
const MAX_TEXT = 2_000;

/** Subject and both bodies of a mail. */
export function mailText(notification: Notification): { subject: string; text: string; html: string } {
  const { incident, sentence, environment, url } = notification;
  const place = environment === null ? 'Tailback' : `Tailback ${environment}`;
  const subject = oneLine(`[${oneLine(place, 60)}] ${headline(notification, MAX_SUBJECT)}`, MAX_SUBJECT);
  const said = oneLine(sentence, MAX_TEXT);
  const rows = facts(notification, MAX_TEXT);
  const members = memberLines(notification, MAX_TEXT);
  const width = Math.max(...rows.map(({ label }) => label.length)) + 2;
  const text = [
    said,
    '',
    ...rows.map(({ label, text: value }) => `${`${label}:`.padEnd(width)}${value}`),
    ...(members.length > 0 ? ['', 'Also:', ...members.map((line) => `- ${line}`)] : []),
    '',
    url,
    '',
  ].join('\n');
  const html = [
    '<!doctype html><html><body style="font-family:system-ui,sans-serif;font-size:14px;color:#1c2024;background:#ffffff">',
    `<p style="border-left:4px solid ${COLORS[incident.resolvedAt === null ? incident.severity : 'over']};padding:4px 10px;font-size:16px">${escapeHtml(said)}</p>`,
    '<table cellpadding="0" cellspacing="0" style="font-size:14px">',
    ...rows.map(
      ({ label, text: value }) =>
        `<tr><td style="padding:2px 16px 2px 0;color:#60646c;vertical-align:top">${escapeHtml(label)}</td><td style="padding:2px 0">${escapeHtml(value)}</td></tr>`,
    ),
    '</table>',
    members.length === 0 ? '' : `<ul>${members.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>`,
    `<p><a href="${escapeHtml(url)}">Open the time of the incident in Tailback</a></p>`,
    '</body></html>',
  ].join('\n');
  return { subject, text, html };
}

const COLORS = { critical: '#d13b3b', warning: '#c77d0a', info: '#3b6fd1', over: '#2e9e5b' } as const;

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

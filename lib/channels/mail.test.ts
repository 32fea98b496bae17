import type dns from 'node:dns';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { ChannelOf } from '../config/channel-config';
import { aNotification } from '../testing/a-notification';
import { selfSigned } from '../testing/certificate';
import { startSmtpReceiver } from '../testing/smtp-receiver';
import { openMail } from './mail';

const resolve = (() => Promise.resolve([{ address: '127.0.0.1', family: 4 }])) as unknown as typeof dns.promises.lookup;
let cert: { cert: string; key: string };
let server: Awaited<ReturnType<typeof startSmtpReceiver>> | null = null;
beforeAll(async () => {
  cert = await selfSigned('mail.test');
});
afterEach(() => server?.stop());

type Options = Parameters<typeof startSmtpReceiver>[0];
async function start(options: Options = {}) {
  server = await startSmtpReceiver({ ...cert, ...options });
  return server;
}
function mail(changes: Partial<ChannelOf<'email'>> = {}) {
  const config: ChannelOf<'email'> = {
    kind: 'email',
    host: 'mail.test',
    port: server?.port ?? 0,
    security: 'starttls',
    from: 'Tailback <tailback@example.com>',
    to: ['ops@example.com', 'Second <two@example.com>'],
    ca: cert.cert,
    allow: ['127.0.0.1'],
    ...changes,
  };
  return openMail(config, { timeoutMs: 2_000, resolve });
}
const header = (raw: string, name: string) =>
  new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, 'im').exec(raw)?.[1]?.replace(/\r\n[ \t]+/g, ' ');

test('a mail goes out encrypted and signed in, with a text and an HTML part', async () => {
  const { received } = await start({ password: 's3cret' });
  const answer = await mail({ user: 'tailback', password: 's3cret' }).send(aNotification());
  expect(answer).toContain('queued as 4711');
  expect(received).toMatchObject([
    { from: 'tailback@example.com', to: ['ops@example.com', 'two@example.com'], isEncrypted: true, user: 'tailback' },
  ]);
  const raw = received[0]?.raw ?? '';
  expect(header(raw, 'Subject')).toBe('[Tailback production] Firing: Backlog over 1,000 in main/bull/reports');
  expect(raw).toContain('Content-Type: text/plain');
  expect(raw).toContain('Content-Type: text/html');
  expect(raw).toContain('1,001 jobs');
  expect(header(raw, 'Auto-Submitted')).toBe('auto-generated');
});

test('news of one incident are one conversation, and an attempt again is the same mail', async () => {
  const { received } = await start();
  const channel = mail();
  await channel.send(aNotification());
  await channel.send(aNotification({ kind: 'escalated' }));
  await channel.send(aNotification({ kind: 'resolved' }));
  await channel.send(aNotification({ kind: 'resolved' }));
  const [first, ...rest] = received.map(({ raw }) => header(raw, 'Message-ID'));
  expect(received.slice(1).map(({ raw }) => header(raw, 'References'))).toEqual([first, first, first]);
  expect(received.slice(1).map(({ raw }) => header(raw, 'In-Reply-To'))).toEqual([first, first, first]);
  expect(new Set([first, ...rest]).size).toBe(3);
  expect(rest[1]).toBe(rest[2]);
});

test('what jobs say gets into no header and is no HTML', async () => {
  const { received } = await start();
  const evil = 'x\r\nBcc: evil@example.com\r\n\r\n<script>alert(1)</script>';
  await mail().send(
    aNotification({
      id: `1${evil}`,
      sentence: evil,
      environment: evil,
      topFailure: { title: evil, count: 1, share: null, url: null },
      incident: { id: evil, name: evil, queue: { source: 'main', namespace: 'bull', name: evil } },
    }),
  );
  const raw = received[0]?.raw ?? '';
  expect(received[0]?.to).toEqual(['ops@example.com', 'two@example.com']);
  expect(header(raw, 'Bcc')).toBeUndefined();
  const html = raw.slice(raw.indexOf('Content-Type: text/html'));
  expect(html.replace(/=\r\n/g, '')).not.toContain('<script>');
  expect(html.replace(/=\r\n/g, '')).toContain('&lt;script&gt;');
});

test('a wrong password is said, is tried again, and is not repeated', async () => {
  await start({ password: 'right' });
  const sent = mail({ user: 'tailback', password: 'wr0ng-pass' }).send(aNotification());
  await expect(sent).rejects.toMatchObject({ name: 'DeliveryError', isRejected: false });
  await expect(sent).rejects.toThrow(/535|Invalid login/);
  await expect(sent).rejects.not.toThrow(/wr0ng-pass/);
});

test('a server that offers no encryption gets neither password nor mail', async () => {
  const { received } = await start({ password: 's3cret', hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
  await expect(mail({ user: 'tailback', password: 's3cret' }).send(aNotification())).rejects.toMatchObject({
    isRejected: false,
  });
  expect(received).toEqual([]);
});

test.each([
  { because: 'nobody vouches for the certificate', changes: { ca: undefined }, says: /self.signed/ },
  { because: 'the certificate is of another name', changes: { host: 'other.test' }, says: /altname|Hostname/i },
])('a server is not trusted when $because', async ({ changes, says }) => {
  const { received } = await start();
  const given = changes as Partial<ChannelOf<'email'>>;
  await expect(mail(given).send(aNotification())).rejects.toThrow(says);
  expect(received).toEqual([]);
});

test('TLS from the first byte', async () => {
  const { received } = await start({ secure: true });
  await mail({ security: 'tls' }).send(aNotification());
  expect(received).toHaveLength(1);
});

test.each([
  { code: 552, isRejected: true },
  { code: 451, isRejected: false },
])('$code after the text: rejected $isRejected', async ({ code, isRejected }) => {
  (await start()).refuseData({ code, message: 'not today' });
  await expect(mail().send(aNotification())).rejects.toMatchObject({
    isRejected,
    message: expect.stringContaining('not today') as string,
  });
});

test('a receiver that is refused does not keep the mail from the others', async () => {
  const { received } = await start({
    onRcptTo: ({ address }, _session, callback) =>
      callback(address.startsWith('two') ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null),
  });
  expect(await mail().send(aNotification())).toContain('refused for two@example.com');
  expect(received).toMatchObject([{ to: ['ops@example.com'] }]);
});

test('a mail server that hangs is left after the time limit', async () => {
  await start({ onConnect: () => undefined });
  await expect(mail().send(aNotification())).rejects.toMatchObject({ name: 'DeliveryError' });
});

test('loopback and metadata addresses are refused unless allowed', async () => {
  const { received } = await start();
  await expect(mail({ allow: [] }).send(aNotification())).rejects.toThrow('loopback, link-local or metadata');
  await expect(mail({ host: '169.254.169.254' }).send(aNotification())).rejects.toThrow('loopback, link-local');
  expect(received).toEqual([]);
});

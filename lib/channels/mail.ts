import { createHash } from 'node:crypto';
import dns from 'node:dns';
import { isIP } from 'node:net';
import nodemailer from 'nodemailer';
import type { ChannelOf } from '../config/channel-config';
import type { Notification } from '../domain/notification';
import { DeliveryError, type Channel } from './channel';
import { channelKey } from './channel-key';
import { mailText } from './mail-text';
import { isRefusedAddress, parseAllowed, refusal } from './refused-address';

const TIMEOUT_MS = 10_000;

type MailOptions = { timeoutMs?: number; resolve?: typeof dns.promises.lookup };

/**
 * Sends mail by SMTP, one connection each. `starttls` insists on encryption: a server (or somebody in between) that
 * does not offer it gets neither password nor mail. News of one incident refer to one Message-ID, so that readers
 * show them as one conversation; each has its own, the same at every attempt.
 */
export function openMail(config: ChannelOf<'email'>, options: MailOptions = {}): Channel {
  const { host, port, from, to } = config;
  return {
    key: channelKey('email', config.name, `${host}:${port}/${to.join()}`),
    kind: 'email',
    name: config.name ?? 'E-mail',
    target: `${to.join(', ')} by ${host}:${port}`,
    async send(notification) {
      const address = await checkedAddress(config, options.resolve ?? dns.promises.lookup);
      const transport = createTransport(config, address, options.timeoutMs ?? TIMEOUT_MS);
      try {
        const { response, rejected } = await transport.sendMail({
          from,
          to,
          ...mailText(notification),
          ...threading(notification, from),
          date: new Date(notification.at),
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        const refused = rejected.map((each) => (typeof each === 'string' ? each : each.address));
        return refused.length === 0 ? response : `${response}; refused for ${refused.join(', ')}`;
      } catch (error) {
        throw toDeliveryError(error as SmtpError);
      } finally {
        transport.close();
      }
    },
  };
}

/** The socket connects to the very address that was checked; the name still has to fit the certificate. */
function createTransport(config: ChannelOf<'email'>, address: string, timeoutMs: number) {
  const { host, port, security, user, password, ca } = config;
  return nodemailer.createTransport({
    host: address,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
    tls: { minVersion: 'TLSv1.2', ...(isIP(host) ? {} : { servername: host }), ...(ca === undefined ? {} : { ca }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

async function checkedAddress(
  { host, allow }: ChannelOf<'email'>,
  resolve: typeof dns.promises.lookup,
): Promise<string> {
  const allowed = parseAllowed(allow);
  const addresses = isIP(host) ? [host] : (await lookUp(host, resolve)).map(({ address }) => address);
  const [first] = addresses;
  if (first === undefined) throw new DeliveryError(`${host} has no address`);
  if (addresses.some((address) => isRefusedAddress(address, allowed))) throw new DeliveryError(refusal(host));
  return first;
}

async function lookUp(host: string, resolve: typeof dns.promises.lookup): Promise<dns.LookupAddress[]> {
  try {
    return await resolve(host, { all: true });
  } catch (error) {
    throw new DeliveryError((error as Error).message);
  }
}

/** Ids are made of hashes: nothing that a job says gets into a header. */
function threading({ id, kind, incident }: Notification, from: string) {
  const domain = /@([A-Za-z0-9.-]+)>?$/.exec(from)?.[1] ?? 'tailback.invalid';
  const idOf = (text: string) => `<${createHash('sha256').update(text).digest('hex').slice(0, 32)}@${domain}>`;
  const first = idOf(`incident ${incident.id}`);
  if (kind === 'fired') return { messageId: first };
  return { messageId: idOf(`notification ${id}`), inReplyTo: first, references: [first] };
}

type SmtpError = Error & { code?: string; responseCode?: number; command?: string };

/** What a server says of the message or of all its receivers is a rejection; of the sign-in or of itself it is not. */
function toDeliveryError({ message, code, responseCode = 0, command = '' }: SmtpError): DeliveryError {
  const isOfMessage = code === 'EENVELOPE' || code === 'EMESSAGE' || /^(RCPT|DATA)/.test(command);
  return new DeliveryError(message.replace(/\s+/g, ' ').slice(0, 300), {
    isRejected: isOfMessage && responseCode >= 500,
  });
}

import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export type ReceivedMail = { from: string; to: string[]; raw: string; isEncrypted: boolean; user: string | null };

/** A real SMTP server on a free loopback port that keeps the mail that it takes. */
export async function startSmtpReceiver(options: SMTPServerOptions & { password?: string } = {}) {
  const { password, ...rest } = options;
  const received: ReceivedMail[] = [];
  let refuseData: { code: number; message: string } | null = null;
  const server = new SMTPServer({
    authOptional: password === undefined,
    disabledCommands: password === undefined ? ['AUTH'] : [],
    onAuth({ username = '', password: given }, _session, callback) {
      if (given === password) callback(null, { user: username });
      else callback(new Error('535 5.7.8 Authentication credentials invalid'));
    },
    onData(stream, session, callback) {
      void text(stream).then((raw) => {
        if (refuseData) {
          const { code, message } = refuseData;
          return callback(Object.assign(new Error(message), { responseCode: code }));
        }
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw,
          isEncrypted: Boolean(session.secure),
          user: (session.user as string | undefined) ?? null,
        });
        return callback(null, 'queued as 4711');
      });
    },
    ...rest,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    refuseData(refusal: typeof refuseData) {
      refuseData = refusal;
    },
    stop: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from './run-command';

/** PEM files. */
export type Certificate = { cert: string; key: string };

export type Authority = {
  /** PEM file to be trusted. */
  ca: string;
  /** A certificate for a server of these names (DNS or IP), or of a client. `days` below 0: it has expired. */
  issue(
    name: string,
    options?: { names?: readonly string[]; use?: 'server' | 'client'; days?: number },
  ): Promise<Certificate>;
};

/**
 * An authority of our own in `folder`, made by openssl.
 * @throws Error with openssl's words, or that there is none
 */
export async function makeAuthority(folder: string, name = 'Tailback test authority'): Promise<Authority> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [ca, caKey] = [path.join(folder, 'ca.pem'), path.join(folder, 'ca-key.pem')];
  await openssl(
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '3650'],
    ...['-subj', `/CN=${name}`, '-addext', 'basicConstraints=critical,CA:TRUE', '-keyout', caKey, '-out', ca],
  );
  let serial = 1;
  return {
    ca,
    async issue(subject, { names = [], use = 'server', days = 3650 } = {}) {
      serial += 1;
      const base = path.join(folder, `${subject.replace(/[^\w.-]/g, '_')}-${serial}`);
      const [cert, key, request, extensions] = ['.pem', '-key.pem', '.csr', '.ext'].map((end) => base + end) as [
        string,
        string,
        string,
        string,
      ];
      const all = names.map((one) => (/^[\d.]+$|:/.test(one) ? `IP:${one}` : `DNS:${one}`)).join(',');
      await writeFile(
        extensions,
        `extendedKeyUsage=${use}Auth\n${all === '' ? '' : `subjectAltName=${all}\n`}basicConstraints=CA:FALSE\n`,
      );
      await openssl(
        ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...['-subj', `/CN=${subject}`, '-keyout', key, '-out', request],
      );
      // openssl 3.0 cannot make one that ended before it began: a negative number of days is what it takes.
      await openssl(
        ...['x509', '-req', '-in', request, '-CA', ca, '-CAkey', caKey, '-set_serial', String(serial)],
        ...['-days', String(days), '-extfile', extensions, '-out', cert],
      );
      return { cert, key };
    },
  };
}

async function openssl(...args: string[]): Promise<void> {
  const { code, stderr } = await runCommand('openssl', args, { limitMs: 20_000 });
  if (code !== 0) throw new Error(`openssl ${args[0]}: ${stderr.trim().split('\n').slice(-2).join(' ')}`);
}

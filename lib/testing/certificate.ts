import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** A certificate for `name` that its own key signed, PEM; made by `openssl`. */
export async function selfSigned(name: string): Promise<{ cert: string; key: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tailback-cert-'));
  const [cert, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${name} -addext subjectAltName=DNS:${name}`;
  try {
    await promisify(execFile)('openssl', [...words.split(' '), '-keyout', key, '-out', cert], { timeout: 20_000 });
    return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

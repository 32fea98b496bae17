import { readFileSync } from 'node:fs';
import { AppError } from '../domain/errors';
import type { TlsFiles } from './redis-address';

export type TlsOptions = { ca?: Buffer; cert?: Buffer; key?: Buffer; servername?: string };

/**
 * What Node's TLS takes. Read anew for each connection, so that a renewed certificate is used without a restart.
 * @throws AppError `source-down` naming the file that cannot be read
 */
export function tlsOptions(config: TlsFiles | undefined): TlsOptions {
  if (!config) return {};
  const { caFile, certFile, keyFile, serverName } = config;
  return {
    ...(caFile ? { ca: read(caFile) } : {}),
    ...(certFile ? { cert: read(certFile) } : {}),
    ...(keyFile ? { key: read(keyFile) } : {}),
    ...(serverName ? { servername: serverName } : {}),
  };
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new AppError('source-down', `The file ${file} cannot be read: ${(error as Error).message}.`);
  }
}

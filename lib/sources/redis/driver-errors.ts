import { AppError, isAppError, messageOf } from '../../domain/errors';

const CONNECTION_TROUBLE =
  /Connection is closed|isn't writeable|Command timed out|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|max retries per request|LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|OOM command not allowed/i;

/** Says whether an error is about the connection or the server, not about the request. */
export function isConnectionTrouble(error: unknown): boolean {
  return CONNECTION_TROUBLE.test(messageOf(error));
}

/** A driver's error in our words; everything else passes through. */
export function toAppError(error: unknown, source: string): unknown {
  if (isAppError(error)) return error;
  if (/WRONGTYPE/.test(messageOf(error)))
    return new AppError('unsupported', 'A key of this queue holds something else than its library puts there.', {
      cause: error,
    });
  if (/NOPERM/.test(messageOf(error)))
    return new AppError(
      'unsupported',
      `Redis "${source}" does not allow this to the user that Tailback signs in as (${messageOf(error)}).`,
      { cause: error },
    );
  if (!isConnectionTrouble(error)) return error;
  const detail = /OOM/.test(messageOf(error))
    ? `Redis "${source}" is out of memory and refuses writes. Free memory or raise maxmemory, then try again.`
    : `Redis "${source}" does not answer (${messageOf(error)}). Nothing was changed as far as is known; try again when it is back.`;
  return new AppError('source-down', detail, { cause: error });
}

import { AppError, isAppError, messageOf } from '../../domain/errors';

const CONNECTION_TROUBLE =
  /Connection is closed|isn't writeable|Command timed out|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|max retries per request|LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|Cluster isn't ready|None of startup nodes|Failed to refresh slots|Too many Cluster redirections|sentinels are unreachable|OOM command not allowed/i;

/** Says whether an error is about the connection or the server, not about the request. */
export function isConnectionTrouble(error: unknown): boolean {
  return CONNECTION_TROUBLE.test(messageOf(error));
}

/** Says whether Redis' access list keeps Tailback's user from something. */
export function isForbidden(error: unknown): boolean {
  return /NOPERM/.test(messageOf(error));
}

/**
 * A driver's error in our words; everything else passes through.
 * @param wasWriting the change had been sent, so that it may have been made
 */
export function toAppError(error: unknown, source: string, wasWriting = false): unknown {
  if (isAppError(error)) return error;
  const message = messageOf(error);
  if (/WRONGTYPE/.test(message))
    return new AppError('unsupported', 'A key of this queue holds something else than its library puts there.', {
      cause: error,
    });
  if (isForbidden(error))
    return new AppError(
      'unsupported',
      `Redis "${source}" does not allow this to Tailback's user, who may only read or lacks a command: ${message}`,
      { cause: error },
    );
  if (!isConnectionTrouble(error)) return error;
  const detail = /OOM/.test(message)
    ? `Redis "${source}" is out of memory and refuses writes. Free memory or raise maxmemory, then try again.`
    : `Redis "${source}" does not answer: ${plainly(message)}.${wasWriting ? ' Whether the change was made is not known: look before you try again.' : ''}`;
  return new AppError('source-down', detail, { cause: error });
}

/** What the driver means, in words of the network instead of its own options. */
function plainly(message: string): string {
  if (/timed out/i.test(message)) return 'no answer came in time';
  if (/max retries per request|Connection is closed|isn't writeable|isn't ready|redirections/i.test(message))
    return 'the connection is broken';
  return message.replace(/\.$/, '');
}

import { randomUUID } from 'node:crypto';
import { AppError, ERROR_STATUS, isAppError, messageOf, type ErrorCode } from '../domain/errors';

const TITLES: Record<ErrorCode, string> = {
  'bad-request': 'The request is not usable',
  unauthenticated: 'Sign in first',
  forbidden: 'Your role does not allow this',
  'not-found': 'Not found',
  'method-not-allowed': 'Method not allowed',
  'already-done': 'Somebody else was first',
  conflict: 'In conflict with another request',
  'too-large': 'The request is too large',
  'unsupported-media-type': 'Send JSON',
  unsupported: 'Not possible for this job, state or queue',
  'too-many-requests': 'Too many requests',
  internal: 'Something went wrong in Tailback',
  'source-down': 'The broker does not answer',
  'store-down': 'The store does not answer',
  'not-ready': 'Not ready yet',
};

/** Any error as an RFC 9457 problem. Unexpected ones are given to `onUnexpected` and tell the client nothing but an id. */
export function toProblem(
  error: unknown,
  instance: string,
  onUnexpected: (error: unknown, requestId: string) => void,
): Response {
  const requestId = randomUUID();
  const known = isAppError(error) ? error : null;
  if (!known) onUnexpected(error, requestId);
  const code = known?.code ?? 'internal';
  const status = ERROR_STATUS[code];
  const body = {
    type: `urn:tailback:problem:${code}`,
    title: TITLES[code],
    status,
    code,
    detail: known ? messageOf(known) : `The log has the details under request ${requestId}.`,
    instance,
    requestId,
    ...(known?.invalidParams ? { invalidParams: known.invalidParams } : {}),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/problem+json; charset=utf-8', 'Cache-Control': 'no-store' },
  });
}

export function notFound(detail: string): AppError {
  return new AppError('not-found', detail);
}

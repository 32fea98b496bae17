import type { ClientAddress } from './address';
import type { Refusal } from './refusal';

export function addressRefusal({ reason, address }: ClientAddress & { ok: false }): Refusal {
  const details = {
    'peer-not-allowed': `Your address ${address} is outside the networks that may use this Tailback. An administrator can add it to TAILBACK_ALLOWED_CIDRS.`,
    'client-not-allowed': `The proxy reports your address as ${address}, which is outside the networks that may use this Tailback. An administrator can add it to TAILBACK_ALLOWED_CIDRS.`,
    'untrusted-proxy': `The request came through a proxy at ${address} (it carries X-Forwarded-For, Forwarded or X-Real-IP) that Tailback was not told to trust. If that proxy is yours, add ${address} to TAILBACK_TRUSTED_PROXIES and restart.`,
    unreadable: `The address of the client cannot be read from what the proxy at ${address} sent in X-Forwarded-For or Forwarded.`,
  } as const;
  const status = reason === 'unreadable' ? 400 : 403;
  return {
    status,
    code: status === 403 ? 'forbidden' : 'bad-request',
    title: 'Not from here',
    detail: details[reason],
  };
}

export function hostRefusal(found: string | null): Refusal {
  return {
    status: 421,
    code: 'forbidden',
    title: 'Unknown host name',
    detail: `The request asks for the host ${found === null ? '(none)' : JSON.stringify(found)}, a name that this Tailback was not told about. If it is right, set TAILBACK_URL to the address that people use, or add the name to TAILBACK_ALLOWED_HOSTS, and restart.`,
  };
}

export const REFUSALS = {
  notForRole: {
    status: 403,
    code: 'forbidden',
    title: 'Not for this role',
    detail: 'The metrics tell of all queues, and this role does not see all of them. Use a token that does.',
  },
  badTarget: {
    status: 400,
    code: 'bad-request',
    title: 'Bad address',
    detail: 'The path of the request is not in a form that is served here.',
  },
  badMethod: {
    status: 405,
    code: 'method-not-allowed',
    title: 'Method not allowed',
    detail: 'This address does not take requests of this method.',
  },
  badBody: {
    status: 400,
    code: 'bad-request',
    title: 'Bad request',
    detail: 'The body of the request could not be read.',
  },
  tooManyAtOnce: {
    status: 429,
    code: 'too-many-requests',
    title: 'Too many at once',
    detail:
      'Too many requests from your address are being answered at the moment. Try again when some of them are done.',
    headers: { 'Retry-After': '2' },
  },
  badHeader: {
    status: 400,
    code: 'bad-request',
    title: 'Bad request',
    detail: 'A header of the request is not in a form that is served here.',
  },
  tooLarge: {
    status: 413,
    code: 'too-large',
    title: 'Body too large',
    detail: 'A request body may have at most 1 MiB.',
  },
  crossSite: {
    status: 403,
    code: 'forbidden',
    title: 'Started by another site',
    detail:
      'The request came from a page of another web site or address, and would change something here. If you use Tailback under several addresses, set TAILBACK_URL to the one in use.',
  },
  signedOut: {
    status: 401,
    code: 'unauthenticated',
    title: 'Not signed in',
    detail: 'Sign in, or send a valid token as "Authorization: Bearer …".',
    headers: { 'WWW-Authenticate': 'Bearer realm="tailback"' },
  },
  broken: {
    status: 500,
    code: 'internal',
    title: 'Something went wrong',
    detail: 'The request could not be answered. The log of the web process says why.',
  },
} as const satisfies Record<string, Refusal>;

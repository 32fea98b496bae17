import type { Refusal } from '../http/gate/refusal';

export const ARENA_REFUSALS = {
  ended: {
    status: 401,
    code: 'unauthenticated',
    title: 'This view of Arena has ended',
    detail: 'Its address was good for 15 minutes, or the session is over. Reload the page around it to go on.',
  },
  empty: {
    status: 200,
    code: 'not-ready',
    title: 'No queues yet',
    detail: 'Arena shows queues as soon as one is found. The Brokers page says how far the search is.',
  },
  dump: {
    status: 403,
    code: 'forbidden',
    title: 'No dumps',
    detail: 'A dump reads up to 1,000 whole jobs at once, which a busy broker would feel. Open single jobs instead.',
  },
  foreign: {
    status: 403,
    code: 'forbidden',
    title: 'Started by another site',
    detail: 'Only the pages of Arena itself may act through this address.',
  },
  role: {
    status: 403,
    code: 'forbidden',
    title: 'Your role may look, but not act',
    detail: 'Actions need the operator role, or one that may do this to this queue.',
  },
  hidden: {
    status: 403,
    code: 'forbidden',
    title: 'Arena is not for your role',
    detail:
      'Arena shows every queue and all that jobs carry, and your role does not see all of it. Use the pages of Tailback.',
  },
  unknown: { status: 404, code: 'not-found', title: 'Not found', detail: 'There is no such queue or action.' },
} as const satisfies Record<string, Refusal>;

export function readOnlyQueue(reason: string): Refusal {
  return { status: 422, code: 'unsupported', title: 'This queue is read-only', detail: reason };
}

export function down(detail: string): Refusal {
  return { status: 503, code: 'source-down', title: 'Arena cannot show this now', detail };
}

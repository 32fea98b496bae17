import { z } from 'zod';
import { audited } from '../../../actions/perform';
import { canDo } from '../../../domain/access';
import { AppError } from '../../../domain/errors';
import {
  FAILURE_STATES,
  failureActionSchema,
  failureCareSchema,
  failureDetailSchema,
  failureListSchema,
  failureStateSchema,
  fingerprintSchema,
  type FailureAction,
  type FailureState,
} from '../../../domain/failure';
import { applyCare } from '../../../failures/care-store';
import { FailureStore, type StoredFailures } from '../../../failures/failure-store';
import { toFailureDetail, toFailureList } from '../../../failures/to-failures';
import type { Redis } from '../../../redis/connection';
import { keys } from '../../../store/keys';
import { notFound } from '../../problem';
import type { ApiContext, LiveView } from '../context';
import { json, route } from '../route';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** As long as failures are kept by the hour. */
const MAX_RANGE_MS = 90 * DAY_MS;

const time = z.coerce.number().int().min(0).max(8_640_000_000_000_000);
const range = { from: time.optional(), to: time.optional() };
const params = z.object({ fingerprint: fingerprintSchema });

const stateList = z
  .string()
  .transform((text) => text.split(',').map((state) => state.trim()))
  .pipe(z.array(failureStateSchema).min(1).max(FAILURE_STATES.length));

export const failureRoutes = [
  route({
    method: 'GET',
    path: '/failures',
    right: 'view',
    summary: 'Failures by kind: counts in a range (the last day unless told, at most 90 days), what is retained, state',
    query: z.object({ ...range, queue: z.string().min(1).max(2_000).optional(), state: stateList.optional() }),
    answers: { 200: failureListSchema },
    handle: async ({ query: { queue, state, ...asked }, context }) => {
      const { from, to, now } = rangeOf(asked);
      const wanted = queue === undefined ? undefined : queueNamed(context.mirror, queue);
      const stored = await readStored(context, from, to, now);
      const list = toFailureList(stored, { from, to, now, isWanted: wantedBy(context.mirror, wanted) });
      const states: readonly FailureState[] | undefined = state;
      return json(states ? { ...list, groups: list.groups.filter((one) => states.includes(one.state)) } : list);
    },
  }),
  route({
    method: 'POST',
    path: '/failures/scan',
    right: 'operate',
    summary: 'Go through the failed jobs of all queues again, to count what is retained',
    answers: { 202: z.object({ askedAt: z.number() }) },
    handle: async ({ actor, context }) => {
      const now = Date.now();
      await audited(
        context.audit,
        { actor, action: 'failures: count again', target: '*', jobIds: [] },
        () => ({ outcome: 'done', detail: null }),
        () =>
          ask(() =>
            Promise.all(context.config.sources.map(({ name }) => context.store.set(keys.failureScanAsked(name), now))),
          ),
      );
      return json({ askedAt: now }, 202);
    },
  }),
  route({
    method: 'GET',
    path: '/failures/{fingerprint}',
    right: 'view',
    summary: 'One kind of failure: over time, by queue, name and worker, samples, how retries ended',
    params,
    query: z.object({ ...range, queue: z.string().min(1).max(2_000).optional() }),
    answers: { 200: failureDetailSchema },
    handle: async ({ params: { fingerprint }, query: { queue, ...asked }, context }) => {
      const { from, to, now } = rangeOf(asked);
      const wanted = queue === undefined ? undefined : queueNamed(context.mirror, queue);
      const stored = await readStored(context, from, to, now);
      const isWanted = wantedBy(context.mirror, wanted);
      const detail = toFailureDetail(stored, fingerprint, { from, to, now, isWanted });
      if (!detail) throw noGroup();
      return json({ ...detail, deployBefore: await deployBefore(context, detail.group.firstSeen) });
    },
  }),
  route({
    method: 'POST',
    path: '/failures/{fingerprint}/actions',
    right: 'operate',
    summary: 'Mute, unmute, resolve or reopen a kind of failure, or put a note to it',
    params,
    body: failureActionSchema,
    answers: { 200: failureCareSchema },
    handle: async ({ params: { fingerprint }, body, actor, context }) => {
      const now = Date.now();
      if (body.action === 'mute' && body.until !== undefined && body.until <= now)
        throw new AppError('bad-request', 'Mute until a time that lies ahead, or leave it out to mute for ever.', {
          invalidParams: [{ path: 'until', message: 'must lie in the future' }],
        });
      const stored = await readStored(context, now - DAY_MS, now, now);
      const shares = stored.shares.filter(({ group }) => group === fingerprint);
      const queues = shares.map(({ queueKey }) => context.mirror.queue(queueKey)).filter((queue) => queue !== null);
      if (queues.length === 0 || !stored.kinds.has(fingerprint)) throw noGroup();
      if (!queues.every(({ id }) => canDo(actor.access, id, 'triage')))
        throw new AppError(
          'forbidden',
          `Your role is ${actor.role}, which may not triage failures of all these queues.`,
        );
      const care = await audited(
        context.audit,
        { actor, action: `failure: ${body.action}`, target: `failure ${fingerprint}`, jobIds: [] },
        () => ({ outcome: 'done', detail: detailOf(body) }),
        () => ask(() => applyCare(context.store, fingerprint, body, actor.name, now)),
      );
      return json(care);
    },
  }),
];

function rangeOf({ from, to }: { from?: number | undefined; to?: number | undefined }) {
  const now = Date.now();
  const end = to ?? now;
  const start = from ?? end - DAY_MS;
  if (start >= end || end - start > MAX_RANGE_MS)
    throw new AppError('bad-request', 'Ask for a range that is not turned round and at most 90 days long.', {
      invalidParams: [{ path: 'to', message: 'must be later than from, by at most 90 days' }],
    });
  return { from: start, to: end, now };
}

const stores = new WeakMap<Redis, FailureStore>();

function readStored({ store, config }: ApiContext, from: number, to: number, now: number): Promise<StoredFailures> {
  let failures = stores.get(store);
  if (!failures)
    stores.set(
      store,
      (failures = new FailureStore(
        store,
        config.sources.map(({ name }) => name),
      )),
    );
  return ask(() => failures.read(from, to, now));
}

/** Failures by kind in a range, of one queue that the caller sees. @throws AppError */
export async function failuresBetween(
  context: ApiContext,
  queueKey: string,
  { from, to }: { from: number; to: number },
) {
  const now = Date.now();
  const stored = await readStored(context, from, to, now);
  return toFailureList(stored, { from, to, now, isWanted: wantedBy(context.mirror, queueKey) });
}

/** Only queues that exist and that the caller sees. */
function wantedBy(mirror: LiveView, queue: string | undefined): (queueKey: string) => boolean {
  return (queueKey) => (queue === undefined || queue === queueKey) && mirror.queue(queueKey) !== null;
}

function queueNamed(mirror: LiveView, key: string): string {
  if (mirror.queue(key)) return key;
  throw notFound('There is no such queue. Name it by its key.');
}

async function deployBefore({ marks }: ApiContext, firstSeen: number) {
  const found = await ask(() =>
    marks.range({
      from: firstSeen - WEEK_MS,
      to: firstSeen + 1,
      queue: null,
      limit: 500,
      sees: ({ kind }) => kind === 'deploy',
    }),
  );
  const last = found.marks.at(-1);
  return last ? { at: last.at, text: last.text } : null;
}

function detailOf(action: FailureAction): string | null {
  if (action.action === 'note') return action.text;
  if (action.action !== 'mute') return null;
  return action.until === undefined ? 'for ever' : `until ${new Date(action.until).toISOString()}`;
}

function noGroup(): AppError {
  return notFound('There is no such group of failures, or it has been too long since it was seen.');
}

async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('store-down', 'The store that keeps the failures does not answer.', { cause: error });
  }
}

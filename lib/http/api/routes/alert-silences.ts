import { z } from 'zod';
import { audited } from '../../../actions/perform';
import { nextWindow, openWindow } from '../../../alerts/silences';
import { canDo, seesEverything, type Access } from '../../../domain/access';
import { AppError } from '../../../domain/errors';
import { compilePatterns } from '../../../domain/pattern';
import type { Caller } from '../../../domain/permissions';
import { queueLabel } from '../../../domain/queue-key';
import {
  newSilenceSchema,
  silencePreviewRequestSchema,
  silencePreviewSchema,
  silenceSchema,
  silencesSchema,
  type ListedSilence,
  type NewSilence,
  type Silence,
} from '../../../domain/silence';
import { patternError } from '../../../schedules/pattern-error';
import { ask, done } from '../alerts/ask';
import type { LiveView } from '../context';
import { isPatternOfSeen } from '../narrow';
import { json, route } from '../route';

const params = z.object({ id: z.string().min(1).max(100) });
const SHOWN_WINDOWS = 3;
const SHOWN_QUEUES = 10;

export const alertSilenceRoutes = [
  route({
    method: 'GET',
    path: '/alerts/silences',
    right: 'view',
    summary: 'Silences and maintenance windows: active, planned, and those of the last week',
    answers: { 200: silencesSchema },
    handle: async ({ actor: { access }, context: { alerts, mirror } }) => {
      const all = await ask(() => alerts.settings.silences());
      const now = Date.now();
      const listed = all.filter((one) => isSeen(one, access, mirror)).map((one) => toListed(one, mirror, now));
      const rank = { active: 0, planned: 1, over: 2 } as const;
      listed.sort((a, b) => rank[a.state] - rank[b.state] || b.silence.at - a.silence.at);
      return json({ silences: listed });
    },
  }),
  route({
    method: 'POST',
    path: '/alerts/silences',
    right: 'operate',
    summary: 'Silence alerts by pattern for a time, or again and again at the times of a cron pattern',
    body: newSilenceSchema,
    answers: { 201: silenceSchema },
    handle: async ({ body, actor, context: { alerts, audit, mirror } }) => {
      const now = Date.now();
      assertWindow(body, now);
      const deed = { actor, action: 'add silence', target: body.queues.join(', '), jobIds: [] };
      const made = await audited(audit, deed, done(`${body.reason} ${JSON.stringify(body.window)}`), () => {
        assertMay(actor, body, mirror);
        return ask(() => alerts.settings.addSilence(body, actor.name, now));
      });
      return json(made, 201);
    },
  }),
  route({
    method: 'POST',
    path: '/alerts/silences/preview',
    right: 'view',
    summary: 'When a silence would be active next, and which queues it would meet',
    body: silencePreviewRequestSchema,
    answers: { 200: silencePreviewSchema },
    handle: ({ body: { queues, except, window }, context: { mirror } }) => {
      const wrong = window.kind === 'cron' ? patternError(window.pattern) : null;
      const meets = compilePatterns(queues, except);
      const met = mirror.snapshot().queues.filter(({ id }) => meets(id));
      return json({
        error: wrong && { message: wrong.message, at: wrong.at },
        next: wrong ? [] : nextWindows({ window, endedAt: null }, Date.now()),
        queues: met.length,
        some: met.slice(0, SHOWN_QUEUES).map(({ id }) => queueLabel(id)),
      });
    },
  }),
  route({
    method: 'POST',
    path: '/alerts/silences/{id}/end',
    right: 'operate',
    summary: 'End a silence before its time: what still fires is told at the next check',
    params,
    answers: { 200: silenceSchema },
    handle: async ({ params: { id }, actor, context: { alerts, audit, mirror } }) => {
      const deed = { actor, action: 'end silence', target: `silence ${id}`, jobIds: [] };
      const ended = await audited(audit, deed, done(), () =>
        ask(() =>
          alerts.settings.changeSilence(id, (silence) => {
            assertMay(actor, silence, mirror);
            if (silence.endedAt !== null) throw new AppError('already-done', 'It has been ended already.');
            return { ...silence, endedAt: Date.now() };
          }),
        ),
      );
      return json(ended);
    },
  }),
];

/** Who sees some queues only is told of silences of which each pattern meets one of them: others may name hidden ones. */
function isSeen({ queues }: Silence, access: Access, mirror: LiveView): boolean {
  return seesEverything(access) || isPatternOfSeen(queues, mirror.snapshot().queues);
}

/**
 * Who may act on all queues may silence any. Others name queues one by one, each of which they may acknowledge: a pattern
 * would also meet what they do not see.
 */
function assertMay(actor: Caller, { queues }: Pick<NewSilence, 'queues'>, mirror: LiveView): void {
  const { access, role } = actor;
  if (
    access.grants.some(
      (grant) => grant.queues.includes('*') && grant.actions.some((one) => one === '*' || one === 'acknowledge'),
    )
  )
    return;
  const known = mirror.snapshot().queues;
  const isAllowed = queues.every((pattern) => {
    const queue = known.find(({ id }) => queueLabel(id) === pattern);
    return queue !== undefined && canDo(access, queue.id, 'acknowledge');
  });
  if (!isAllowed)
    throw new AppError(
      'forbidden',
      `Your role is ${role}. Name queues that you may acknowledge, each as source/namespace/name, without *.`,
    );
}

function assertWindow({ window }: NewSilence, now: number): void {
  const wrong = window.kind === 'cron' ? patternError(window.pattern) : null;
  if (wrong)
    throw new AppError('bad-request', wrong.message, {
      invalidParams: [{ path: 'window.pattern', message: wrong.message }],
    });
  if ((window.to ?? Infinity) <= now)
    throw new AppError('bad-request', 'The window lies in the past.', {
      invalidParams: [{ path: 'window.to', message: 'must lie in the future' }],
    });
}

function toListed(silence: Silence, mirror: LiveView, now: number): ListedSilence {
  const open = openWindow(silence, now);
  const window = open ?? nextWindow(silence, now);
  const meets = compilePatterns(silence.queues, silence.except);
  return {
    silence,
    state: open ? 'active' : window ? 'planned' : 'over',
    from: window?.from ?? null,
    to: window?.to ?? null,
    queues: mirror.snapshot().queues.filter(({ id }) => meets(id)).length,
  };
}

function nextWindows(silence: Pick<Silence, 'window' | 'endedAt'>, now: number): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  let at = now;
  while (found.length < SHOWN_WINDOWS) {
    const next = nextWindow(silence, at);
    if (!next) break;
    found.push(next);
    if (silence.window.kind === 'once') break;
    at = Math.max(next.to, next.from + 1);
  }
  return found;
}

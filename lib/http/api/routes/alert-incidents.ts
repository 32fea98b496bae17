import { z } from 'zod';
import { audited } from '../../../actions/perform';
import type { PastIncident } from '../../../alerts/history-store';
import { readOpenIncident, toDetail } from '../../../alerts/open-incident';
import { rulesInForce } from '../../../alerts/settings-store';
import { canDo, may, seesEverything, type Access } from '../../../domain/access';
import { alertsSchema } from '../../../domain/alert';
import { AppError } from '../../../domain/errors';
import { careSchema, incidentActionSchema, incidentSchema, type IncidentAction } from '../../../domain/incident';
import { incidentDetailSchema, incidentPageSchema } from '../../../domain/incident-detail';
import { withMembersSeen } from '../../../domain/incident-words';
import { compilePattern, compileText } from '../../../domain/pattern';
import { severitySchema } from '../../../domain/queue';
import { notFound } from '../../problem';
import { ask, done } from '../alerts/ask';
import type { ApiContext } from '../context';
import { canSeeAlert, isVisibleKey } from '../narrow';
import { json, route } from '../route';

const DAY_MS = 86_400_000;
const time = z.coerce.number().int().min(0).max(8_640_000_000_000_000);
const params = z.object({ id: z.string().min(1).max(100) });
const MAX_SNOOZE_MS = 30 * DAY_MS;

export const alertIncidentRoutes = [
  route({
    method: 'GET',
    path: '/alerts',
    right: 'view',
    summary: 'Rules that hold, what fires and has fired, incidents, channels',
    answers: { 200: alertsSchema },
    handle: ({ context: { mirror } }) => {
      const alerts = mirror.alerts();
      if (!alerts) throw new AppError('not-ready', mirror.whyNotReady() ?? 'No rule has been checked yet.');
      return json(alerts);
    },
  }),
  route({
    method: 'GET',
    path: '/alerts/incidents',
    right: 'view',
    summary: 'Incidents that are open, the gravest first',
    answers: { 200: z.object({ incidents: z.array(incidentSchema) }) },
    handle: ({ context: { mirror } }) => {
      const open = (mirror.alerts()?.incidents ?? []).filter(({ state }) => state === 'firing');
      return json({ incidents: open });
    },
  }),
  route({
    method: 'GET',
    path: '/alerts/history',
    right: 'view',
    summary: 'Incidents that have ended, newest first; kept for 90 days, at most 3,000',
    query: z.object({
      from: time.default(0),
      to: time.default(8_640_000_000_000_000),
      /** Pattern of queues as in rules. */
      queue: z.string().min(1).max(500).optional(),
      /** Pattern of rules' names. */
      rule: z.string().min(1).max(500).optional(),
      severity: severitySchema.optional(),
      /** In the sentence, without regard to case. */
      text: z.string().min(1).max(200).optional(),
      cursor: z.string().min(1).max(100).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    answers: { 200: incidentPageSchema },
    handle: async ({ query: { from, to, limit, cursor, ...asked }, actor: { access }, context: { alerts } }) => {
      const isMeant = filterOf(asked);
      const page = await ask(() =>
        alerts.history.page({ from, to, limit }, cursor ?? null, (past) => {
          const visible = narrowPast(past, access);
          return visible && isMeant(visible) ? visible : null;
        }),
      );
      const care = await ask(() => alerts.settings.cares(page.found.map(({ incident }) => incident.id)));
      const incidents = page.found.map(({ incident }, index) => ({
        ...incident,
        acknowledged: care[index]?.acknowledged ?? null,
      }));
      return json({ incidents, nextCursor: page.next });
    },
  }),
  route({
    method: 'GET',
    path: '/alerts/incidents/{id}',
    right: 'view',
    summary: 'One incident, open or ended: members, course, what people said of it',
    params,
    answers: { 200: incidentDetailSchema },
    handle: async ({ params: { id }, actor: { access }, context }) => {
      const { past, care } = await ask(() => findIncident(context, id, access));
      const { config, alerts } = context;
      const own = await ask(() => alerts.settings.rules());
      const detail = toDetail(past, care, Date.now());
      const names = new Set(detail.incident.rules);
      const given = { rules: config.alerts, areBuiltIn: config.areAlertsBuiltIn };
      const notes = rulesInForce(given, own.rules).flatMap(({ name, note }) =>
        note && names.has(name) ? [{ rule: name, note }] : [],
      );
      return json({ ...detail, notes });
    },
  }),
  route({
    method: 'POST',
    path: '/alerts/incidents/{id}/actions',
    right: 'operate',
    summary: 'Acknowledge an incident, snooze it, put a note to it, or take that back',
    params,
    body: incidentActionSchema,
    answers: { 200: careSchema },
    handle: async ({ params: { id }, body, actor, context }) => {
      const now = Date.now();
      const { past, care } = await ask(() => findIncident(context, id, actor.access));
      assertPossible(body, past, now);
      const deed = { actor, action: `${body.action} incident`, target: `incident ${id}`, jobIds: [] };
      const after = await audited(context.audit, deed, done(detailOf(body)), () => {
        const queues = past.members.flatMap(({ queue }) => queue ?? []);
        const isAllowed = queues.every((queue) => canDo(actor.access, queue, 'acknowledge'));
        if (!isAllowed || !may(actor.access, 'operate'))
          throw new AppError('forbidden', `Your role is ${actor.role}, which may not acknowledge for these queues.`);
        if (body.action === 'acknowledge' && care.acknowledged)
          throw new AppError('already-done', `${care.acknowledged.by} has acknowledged it already.`);
        return ask(() => context.alerts.settings.applyCare(id, body, actor.name, now));
      });
      return json(after);
    },
  }),
];

/** @throws AppError `not-found` also where the caller sees none of its queues */
async function findIncident({ store, alerts }: ApiContext, id: string, access: Access) {
  const care = await alerts.settings.care(id);
  const found = (await readOpenIncident(store, id, care)) ?? (await alerts.history.find(id));
  const past = found && narrowPast(found, access);
  if (!past) throw notFound('There is no such incident. Those that have ended are kept for 90 days.');
  return { past, care };
}

/** What the caller sees of an incident, `null` for nothing. */
function narrowPast(past: PastIncident, access: Access): PastIncident | null {
  if (seesEverything(access)) return past;
  const members = past.members.filter((alert) => canSeeAlert(access, alert));
  const incident = withMembersSeen(past.incident, members);
  const events = past.events.filter(({ queueKey }) => queueKey === null || isVisibleKey(queueKey, access));
  return incident && { incident, members, events };
}

type Filter = {
  queue?: string | undefined;
  rule?: string | undefined;
  severity?: string | undefined;
  text?: string | undefined;
};

function filterOf({ queue, rule, severity, text }: Filter): (past: PastIncident) => boolean {
  const meetsQueue = queue === undefined ? null : compilePattern(queue);
  const meetsRule = rule === undefined ? null : compileText(rule);
  const words = text?.toLowerCase();
  return ({ incident, members }) =>
    (severity === undefined || incident.severity === severity) &&
    (!meetsRule || incident.rules.some(meetsRule)) &&
    (!meetsQueue ||
      incident.queues.some(({ id }) => meetsQueue(id)) ||
      members.some((member) => member.queue !== null && meetsQueue(member.queue))) &&
    (words === undefined || incident.sentence.toLowerCase().includes(words));
}

function assertPossible(action: IncidentAction, { incident }: PastIncident, now: number): void {
  const isOver = incident.state === 'resolved';
  if (isOver && action.action !== 'note') throw new AppError('conflict', 'It is over: nothing of it fires any more.');
  if (action.action !== 'snooze') return;
  if (action.until <= now || action.until - now > MAX_SNOOZE_MS)
    throw new AppError('bad-request', 'Snooze until a time within the next 30 days.', {
      invalidParams: [{ path: 'until', message: 'must lie within the next 30 days' }],
    });
}

function detailOf(action: IncidentAction): string | null {
  if (action.action === 'note') return action.text;
  if (action.action === 'acknowledge') return action.note ?? null;
  return action.action === 'snooze' ? `until ${new Date(action.until).toISOString()}` : null;
}

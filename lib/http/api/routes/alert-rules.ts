import { z } from 'zod';
import { audited } from '../../../actions/perform';
import { shownStandings, standingsOf, tallyOf, type Seen } from '../../../alerts/standings';
import {
  alertRulesSchema,
  changedRuleSchema,
  newRuleSchema,
  ruleExportSchema,
  ruleImportSchema,
  ruleStandingsSchema,
  savedRuleSchema,
} from '../../../domain/alert-rule';
import { replayRequestSchema, replaySchema } from '../../../domain/replay';
import type { ApiContext } from '../context';
import { ask, done } from '../alerts/ask';
import { listRules, rulesSeen, withChanged, withImported, withoutRule, withRule } from '../alerts/listed-rules';
import { replayPage } from '../alerts/replay-page';
import { json, route } from '../route';

const params = z.object({ id: z.string().min(1).max(100) });
const SHOWN_STANDINGS = 200;

function seen({ mirror }: ApiContext): Seen {
  return {
    queues: mirror.snapshot().queues,
    brokers: mirror.brokersView().brokers,
    alerts: mirror.alerts()?.alerts ?? [],
    now: Date.now(),
  };
}

export const alertRuleRoutes = [
  route({
    method: 'GET',
    path: '/alerts/rules',
    right: 'view',
    summary: 'All rules, with how many queues are ok, pending, firing or without data',
    answers: { 200: alertRulesSchema },
    handle: async ({ actor: { access }, context }) => {
      const own = await ask(() => context.alerts.settings.rules());
      const { config, mirror } = context;
      const all = mirror.hasState() ? seen(context) : null;
      const visible = rulesSeen(listRules(config, own.rules), access, mirror.snapshot().queues);
      const rules = visible.map((listed) => {
        const isChecked = !listed.isOverruled && listed.rule.enabled !== false;
        return { ...listed, tally: all && isChecked ? tallyOf(standingsOf(listed.rule, all)) : null };
      });
      return json({ revision: own.revision, checkEverySeconds: config.alertCheckSeconds, rules });
    },
  }),
  route({
    method: 'GET',
    path: '/alerts/rules/export',
    right: 'view',
    summary: 'The rules that hold, as `alerts` of the configuration file and for import',
    answers: { 200: ruleExportSchema },
    handle: async ({ actor: { access }, context: { alerts, config, mirror } }) => {
      const own = await ask(() => alerts.settings.rules());
      const all = rulesSeen(listRules(config, own.rules), access, mirror.snapshot().queues);
      const inForce = all.filter(({ isOverruled }) => !isOverruled);
      return json({ alerts: inForce.map(({ rule }) => rule) });
    },
  }),
  route({
    method: 'POST',
    path: '/alerts/rules',
    right: 'administer',
    summary: 'Make a rule',
    body: newRuleSchema,
    answers: { 201: savedRuleSchema },
    handle: async ({ body: { rule }, actor, context: { alerts, audit, config } }) => {
      const deed = { actor, action: 'add alert rule', target: rule.name, jobIds: [] };
      const saved = await audited(audit, deed, done(JSON.stringify(rule)), () =>
        ask(() => alerts.settings.changeRules(null, (own) => withRule(own, rule, config, actor.name, Date.now()))),
      );
      return json({ id: saved.rules.at(-1)?.id ?? '', revision: saved.revision }, 201);
    },
  }),
  route({
    method: 'POST',
    path: '/alerts/rules/import',
    right: 'administer',
    summary: 'Take in rules: those of the same name are replaced, the others added',
    body: ruleImportSchema,
    answers: { 200: z.object({ revision: z.number(), rules: z.number() }) },
    handle: async ({ body, actor, context: { alerts, audit } }) => {
      const deed = { actor, action: 'import alert rules', target: '*', jobIds: [] };
      const what = `${body.alerts.length} rules${body.replace ? ', all others of the screen removed' : ''}`;
      const saved = await audited(audit, deed, done(what), () =>
        ask(() =>
          alerts.settings.changeRules(null, (own) =>
            withImported(own, body.alerts, body.replace, actor.name, Date.now()),
          ),
        ),
      );
      return json({ revision: saved.revision, rules: body.alerts.length });
    },
  }),
  route({
    method: 'POST',
    path: '/alerts/rules/standings',
    right: 'view',
    summary: 'Where a rule, saved or not, stands for each queue that it covers',
    body: newRuleSchema,
    answers: { 200: ruleStandingsSchema },
    handle: ({ body: { rule }, context }) => json(shownStandings(standingsOf(rule, seen(context)), SHOWN_STANDINGS)),
  }),
  route({
    method: 'POST',
    path: '/alerts/replay',
    right: 'operate',
    summary: 'What a rule would have done in the last week: some queues at a time, `next` goes on',
    body: replayRequestSchema,
    answers: { 200: replaySchema },
    handle: async ({ body, context }) => json(await ask(() => replayPage(context, body, Date.now()))),
  }),
  route({
    method: 'PUT',
    path: '/alerts/rules/{id}',
    right: 'administer',
    summary: 'Change a rule that was made here; 409 when somebody else changed the rules meanwhile',
    params,
    body: changedRuleSchema,
    answers: { 200: savedRuleSchema },
    handle: async ({ params: { id }, body: { rule, revision }, actor, context: { alerts, audit, config } }) => {
      const deed = { actor, action: 'change alert rule', target: rule.name, jobIds: [] };
      const saved = await audited(audit, deed, done(JSON.stringify(rule)), () =>
        ask(() =>
          alerts.settings.changeRules(revision, (own) => withChanged(own, id, rule, config, actor.name, Date.now())),
        ),
      );
      return json({ id, revision: saved.revision });
    },
  }),
  route({
    method: 'DELETE',
    path: '/alerts/rules/{id}',
    right: 'administer',
    summary: 'Delete a rule that was made here; what it fires for ends',
    params,
    answers: { 200: z.object({ revision: z.number() }) },
    handle: async ({ params: { id }, actor, context: { alerts, audit } }) => {
      const before = await ask(() => alerts.settings.rules());
      const name = before.rules.find((one) => one.id === id)?.rule.name ?? id;
      const deed = { actor, action: 'delete alert rule', target: name, jobIds: [] };
      const saved = await audited(audit, deed, done(), () =>
        ask(() => alerts.settings.changeRules(null, (own) => withoutRule(own, id))),
      );
      return json({ revision: saved.revision });
    },
  }),
];

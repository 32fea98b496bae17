import { audited } from '../../../actions/perform';
import type { Accounts } from '../../../auth/accounts';
import { choicesOf, elevationStateSchema, raiseSchema, type ElevationState } from '../../../domain/elevation';
import { AppError } from '../../../domain/errors';
import type { Actor } from '../../../domain/permissions';
import type { ApiContext } from '../context';
import { confirmPassword } from '../confirm-password';
import { json, route } from '../route';

/** A role that a person raises for some minutes, in one session, with a reason. */
export const elevationRoutes = [
  route({
    method: 'GET',
    path: '/me/elevation',
    right: 'view',
    summary: 'What the own role can be raised to, and whether it is raised now',
    answers: { 200: elevationStateSchema },
    handle: ({ actor, context }) => json(stateOf(context, actor)),
  }),
  route({
    method: 'POST',
    path: '/me/elevation',
    right: 'view',
    summary: 'Raise the own role in this session for some minutes, with a reason',
    body: raiseSchema,
    answers: { 200: elevationStateSchema },
    handle: async ({ body: { to, minutes, reason, password }, actor, context }) => {
      const session = sessionOf(actor);
      const from = actor.raised?.from ?? actor.role;
      const deed = { actor, action: 'raise role', target: actor.name, jobIds: [] };
      const detail = `from ${from} to ${to} for ${minutes} min: ${reason}`;
      await audited(
        context.audit,
        deed,
        () => ({ outcome: 'done', detail }),
        async () => {
          const rule = choicesOf(context.config.elevations, from).find((one) => one.to === to);
          if (!rule) throw new AppError('forbidden', `The role ${from} cannot be raised to ${to}.`);
          if (minutes > rule.minutes)
            throw new AppError('bad-request', `It can be raised for at most ${rule.minutes} minutes.`, {
              invalidParams: [{ path: 'minutes', message: `at most ${rule.minutes}` }],
            });
          if (needsPassword(context.accounts, actor)) await confirmPassword(context, actor, password ?? '');
          const startedAt = Date.now();
          const until = startedAt + minutes * 60_000;
          const { name: email, address } = actor;
          await context.accounts.elevations.start({ session, email, address, from, to, reason, startedAt, until });
        },
      );
      return json(stateOf(context, actor));
    },
  }),
  route({
    method: 'DELETE',
    path: '/me/elevation',
    right: 'view',
    summary: 'Go back to the own role before the time is over',
    answers: { 200: elevationStateSchema },
    handle: async ({ actor, context }) => {
      const session = sessionOf(actor);
      if (!context.accounts.elevations.of(session)) throw new AppError('already-done', 'The role is not raised.');
      const deed = { actor, action: 'raised role ended', target: actor.name, jobIds: [] };
      await audited(
        context.audit,
        deed,
        () => ({ outcome: 'done', detail: 'by the person, before its time' }),
        () => context.accounts.elevations.end(session),
      );
      return json(stateOf(context, actor));
    },
  }),
];

function stateOf({ accounts, config }: ApiContext, actor: Actor): ElevationState {
  const current = accounts.elevations.of(actor.session?.id);
  const choices = actor.kind === 'person' ? choicesOf(config.elevations, actor.raised?.from ?? actor.role) : [];
  return {
    current: current && {
      from: current.from,
      to: current.to,
      reason: current.reason,
      startedAt: current.startedAt,
      until: current.until,
    },
    choices: choices.map(({ to, minutes }) => ({ to, minutes })),
    needsPassword: needsPassword(accounts, actor),
  };
}

function needsPassword({ users }: Accounts, { name }: Actor): boolean {
  return (users.find(name)?.passwordHash ?? null) !== null;
}

function sessionOf({ session }: Actor): string {
  if (!session) throw new AppError('unsupported', 'A token has one role; make another token for another role.');
  return session.id;
}

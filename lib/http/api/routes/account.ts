import { z } from 'zod';
import { audited } from '../../../actions/perform';
import { hashPassword } from '../../../auth/password';
import { checkPassword } from '../../../auth/password-rules';
import { newSecondFactor, stepOfCode } from '../../../auth/second-factor';
import type { User } from '../../../auth/users-file';
import type { AuditEntry } from '../../../domain/audit';
import { AppError } from '../../../domain/errors';
import type { Actor } from '../../../domain/permissions';
import {
  accountSchema,
  passwordChangeSchema,
  passwordOnlySchema,
  secondFactorConfirmSchema,
  secondFactorSchema,
  sessionsSchema,
} from '../../../domain/person';
import type { ApiContext } from '../context';
import { confirmPassword } from '../confirm-password';
import { json, route } from '../route';

const done = (): Pick<AuditEntry, 'outcome' | 'detail'> => ({ outcome: 'done', detail: null });

/** What a person does to the own account. Tokens have none. */
export const accountRoutes = [
  route({
    method: 'GET',
    path: '/me/account',
    right: 'view',
    summary: 'How the person signs in',
    answers: { 200: accountSchema },
    handle: async ({ actor, context }) => {
      const user = await ownAccount(context, actor);
      return json({
        hasPassword: user.passwordHash !== null,
        hasSecondFactor: user.totpSecret !== undefined,
        issuer: user.oidc?.issuer ?? null,
      });
    },
  }),
  route({
    method: 'GET',
    path: '/me/sessions',
    right: 'view',
    summary: 'The own sessions that are good now',
    answers: { 200: sessionsSchema },
    handle: async ({ actor, context }) => {
      const { email } = await ownAccount(context, actor);
      const sessions = await context.accounts.liveSessions(email);
      return json({
        sessions: sessions.map(({ epoch: _, ...session }) => ({
          ...session,
          isThis: session.id === actor.session?.id,
        })),
      });
    },
  }),
  route({
    method: 'DELETE',
    path: '/me/sessions/{id}',
    right: 'view',
    summary: 'End one of the own sessions; it is over within 10 s',
    params: z.object({ id: z.string().min(1).max(100) }),
    answers: { 200: z.object({}) },
    handle: async ({ params: { id }, actor, context }) => {
      const { email } = await ownAccount(context, actor);
      const isOwn = (await context.accounts.liveSessions(email)).some((session) => session.id === id);
      if (!isOwn) throw new AppError('not-found', 'You have no such session; perhaps it has ended.');
      await changeOwn(context, actor, 'end own session', () => context.accounts.endSession(id));
      return json({});
    },
  }),
  route({
    method: 'POST',
    path: '/me/password',
    right: 'view',
    summary: 'Change the own password; ends all sessions, this one too',
    body: passwordChangeSchema,
    answers: { 200: z.object({}) },
    handle: async ({ body: { current, next }, actor, context }) => {
      const { email } = await ownAccount(context, actor);
      await changeOwn(context, actor, 'change password', async () => {
        await confirmPassword(context, actor, current);
        checkPassword(next, email);
        const passwordHash = await hashPassword(next);
        await context.accounts.people.change(email, (user) => ({ ...user, passwordHash, epoch: user.epoch + 1 }));
      });
      return json({});
    },
  }),
  route({
    method: 'POST',
    path: '/me/second-factor',
    right: 'view',
    summary: 'A new secret for an authenticator program; counts once it is confirmed',
    answers: { 200: secondFactorSchema },
    handle: async ({ actor, context }) => {
      const { email } = await ownAccount(context, actor);
      return json(newSecondFactor(email, `Tailback ${context.config.environment ?? ''}`.trim()));
    },
  }),
  route({
    method: 'PUT',
    path: '/me/second-factor',
    right: 'view',
    summary: 'Turn the second factor on: secret, a code made with it, and the password',
    body: secondFactorConfirmSchema,
    answers: { 200: z.object({}) },
    handle: async ({ body: { password, secret, code }, actor, context }) => {
      const { email } = await ownAccount(context, actor);
      await changeOwn(context, actor, 'turn second factor on', async () => {
        await confirmPassword(context, actor, password);
        const step = stepOfCode(secret, code, undefined);
        if (step === null)
          throw wrong('code', 'This code does not fit. Codes change every 30 seconds; check the clock.');
        await context.accounts.people.change(email, (user) => ({ ...user, totpSecret: secret, totpUsedStep: step }));
      });
      return json({});
    },
  }),
  route({
    method: 'DELETE',
    path: '/me/second-factor',
    right: 'view',
    summary: 'Turn the second factor off',
    body: passwordOnlySchema,
    answers: { 200: z.object({}) },
    handle: async ({ body: { password }, actor, context }) => {
      const { email } = await ownAccount(context, actor);
      await changeOwn(context, actor, 'turn second factor off', async () => {
        await confirmPassword(context, actor, password);
        await context.accounts.people.change(email, ({ totpSecret: _, totpUsedStep: __, ...user }) => user);
      });
      return json({});
    },
  }),
];

async function ownAccount({ accounts }: ApiContext, actor: Actor): Promise<User> {
  if (actor.kind !== 'person') throw new AppError('unsupported', 'A token has no account of its own.');
  await accounts.users.look();
  const user = accounts.users.find(actor.name);
  if (!user) throw new AppError('not-found', 'This account is gone.');
  return user;
}

function changeOwn({ audit }: ApiContext, actor: Actor, action: string, change: () => Promise<void>): Promise<void> {
  return audited(audit, { actor, action, target: actor.name, jobIds: [] }, done, change);
}

function wrong(path: string, message: string): AppError {
  return new AppError('bad-request', message, { invalidParams: [{ path, message }] });
}

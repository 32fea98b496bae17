import { z } from 'zod';
import { audited } from '../../../actions/perform';
import type { Accounts } from '../../../auth/accounts';
import type { User } from '../../../auth/users-file';
import { BUILT_IN, type RoleConfig } from '../../../domain/access';
import type { AuditEntry } from '../../../domain/audit';
import {
  madePersonSchema,
  madeTokenSchema,
  newPersonSchema,
  newTokenSchema,
  peopleSchema,
  personActionResultSchema,
  personActionSchema,
  sessionsSchema,
  tokensSchema,
  type Person,
} from '../../../domain/person';
import { AppError } from '../../../domain/errors';
import { json, route } from '../route';

const emailParams = z.object({ email: z.string().min(1).max(320) });
const idParams = z.object({ id: z.string().min(1).max(100) });
const done = (): Pick<AuditEntry, 'outcome' | 'detail'> => ({ outcome: 'done', detail: null });

export const peopleRoutes = [
  route({
    method: 'GET',
    path: '/people',
    right: 'administer',
    summary: 'Who may sign in, and the roles that there are',
    answers: { 200: peopleSchema },
    handle: async ({ context: { accounts, config } }) => {
      const sessions = await accounts.liveSessions();
      const people = accounts.users.list().map((user): Person => {
        const own = sessions.filter(({ email }) => email === user.email);
        return { ...viewOf(user), sessions: own.length, lastSignInAt: own[0]?.at ?? null };
      });
      return json({ people, roles: rolesView(config.roles) });
    },
  }),
  route({
    method: 'POST',
    path: '/people',
    right: 'administer',
    summary: 'Add a person. Without a password one is made, and shown in this answer only',
    body: newPersonSchema,
    answers: { 201: madePersonSchema },
    handle: async ({ body: { email, role, password }, actor, context: { accounts, audit } }) => {
      const made = await audited(
        audit,
        { actor, action: 'add person', target: email, jobIds: [] },
        () => ({ outcome: 'done', detail: `as ${role}` }),
        () => accounts.people.add(email, role, password ?? null),
      );
      return json({ email: made.email, password: made.generated }, 201);
    },
  }),
  route({
    method: 'POST',
    path: '/people/{email}/actions',
    right: 'administer',
    summary: 'Disable, enable, sign out everywhere, give a new password or role, take the second factor away, remove',
    params: emailParams,
    body: personActionSchema,
    answers: { 200: personActionResultSchema },
    handle: async ({ params: { email }, body, actor, context: { accounts, audit } }) => {
      const detail = body.action === 'set-role' ? `to ${body.role}` : null;
      const password = await audited(
        audit,
        { actor, action: `${body.action} person`, target: email, jobIds: [] },
        () => ({ outcome: 'done', detail }),
        () => change(accounts, email, body),
      );
      return json({ password });
    },
  }),
  route({
    method: 'GET',
    path: '/people/{email}/sessions',
    right: 'administer',
    summary: 'Sessions of a person that are good now',
    params: emailParams,
    answers: { 200: sessionsSchema },
    handle: async ({ params: { email }, actor, context: { accounts } }) => {
      const sessions = await accounts.liveSessions(email);
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
    path: '/sessions/{id}',
    right: 'administer',
    summary: 'End one session; it is over within 10 s',
    params: idParams,
    answers: { 200: z.object({}) },
    handle: async ({ params: { id }, actor, context: { accounts, audit } }) => {
      const session = (await accounts.liveSessions()).find((one) => one.id === id);
      if (!session) throw new AppError('not-found', 'There is no such session; perhaps it has ended.');
      await audited(audit, { actor, action: 'end session', target: session.email, jobIds: [] }, done, () =>
        accounts.endSession(id),
      );
      return json({});
    },
  }),
  route({
    method: 'GET',
    path: '/tokens',
    right: 'administer',
    summary: 'Tokens of programs, without the tokens themselves',
    answers: { 200: tokensSchema },
    handle: async ({ context: { accounts } }) => json({ tokens: await accounts.tokens.list() }),
  }),
  route({
    method: 'POST',
    path: '/tokens',
    right: 'administer',
    summary: 'Make a token; it is shown in this answer only',
    body: newTokenSchema,
    answers: { 201: madeTokenSchema },
    handle: async ({ body: { name, role, days }, actor, context: { accounts, audit } }) => {
      if (!accounts.roles.includes(role)) throw new AppError('bad-request', `There is no role "${role}".`);
      const made = await audited(
        audit,
        { actor, action: 'make token', target: name, jobIds: [] },
        () => ({ outcome: 'done', detail: `as ${role}, ${days === null ? 'without an end' : `for ${days} days`}` }),
        () => accounts.tokens.create({ name, role, days, by: actor.name }),
      );
      return json(made, 201);
    },
  }),
  route({
    method: 'DELETE',
    path: '/tokens/{id}',
    right: 'administer',
    summary: 'Revoke a token; it is nobody from then on',
    params: idParams,
    answers: { 200: z.object({ name: z.string() }) },
    handle: async ({ params: { id }, actor, context: { accounts, audit } }) => {
      const name = (await accounts.tokens.list()).find((token) => token.id === id)?.name ?? id;
      await audited(audit, { actor, action: 'revoke token', target: name, jobIds: [] }, done, () =>
        accounts.tokens.revoke(id),
      );
      return json({ name });
    },
  }),
];

/** @returns the new password, where one was made */
async function change(
  { people }: Accounts,
  email: string,
  body: z.infer<typeof personActionSchema>,
): Promise<string | null> {
  switch (body.action) {
    case 'set-role':
      await people.setRole(email, body.role);
      return null;
    case 'reset-password':
      return people.resetPassword(email, null);
    case 'disable':
      await people.disable(email);
      return null;
    case 'enable':
      await people.enable(email);
      return null;
    case 'sign-out':
      await people.signOut(email);
      return null;
    case 'reset-second-factor':
      await people.resetTotp(email);
      return null;
    case 'remove':
      await people.remove(email);
      return null;
  }
}

function viewOf(user: User): Omit<Person, 'sessions' | 'lastSignInAt'> {
  return {
    email: user.email,
    role: user.role,
    isDisabled: user.isDisabled,
    createdAt: Date.parse(user.createdAt),
    hasPassword: user.passwordHash !== null,
    hasSecondFactor: user.totpSecret !== undefined,
    issuer: user.oidc?.issuer ?? null,
  };
}

function rolesView(configured: readonly RoleConfig[]) {
  const builtIn = Object.values(BUILT_IN).map(({ role, grants, redact }) => ({
    name: role,
    isBuiltIn: true,
    grants,
    redact,
  }));
  return [...builtIn, ...configured.map(({ name, grants, redact }) => ({ name, isBuiltIn: false, grants, redact }))];
}

import { z } from 'zod';
import type { Access } from './access';

/** Roles that always exist; each may do all that the ones before it may. */
export const BUILT_IN_ROLES = ['viewer', 'operator', 'admin'] as const;
export type BuiltInRole = (typeof BUILT_IN_ROLES)[number];

/** Name of a role: a built-in one, or one of the configuration file. */
export const roleSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'use letters, digits, dot, dash and underscore, at most 64');
export type Role = z.infer<typeof roleSchema>;

/** Who asks: a person with a session, or a program with a token. */
export type Actor = {
  kind: 'person' | 'token';
  /** E-mail address, or the token's name. */
  name: string;
  role: Role;
  /** Peer address as the gate established it. */
  address: string;
  /** A person's session: its id, and the account's epoch at sign-in. Absent for tokens. */
  session?: { id: string; epoch: number };
  /** Where `role` is not the person's own but raised for some minutes: the own one, and until when (ms). */
  raised?: { from: Role; until: number };
};

/** The role as the audit log names it. */
export function roleWords({ role, raised }: Pick<Actor, 'role' | 'raised'>): string {
  return raised ? `${role} (raised from ${raised.from})` : role;
}

/** An actor together with what the role allows, as it is configured now. */
export type Caller = Actor & { access: Access };

/** Closed list of rights; every route names one, and the built-in role from which on everybody has it. */
export const RIGHTS = {
  /** See queues, jobs, charts and alerts: those of the queues that the role sees. */
  view: 'viewer',
  /** Do something: retry, remove, pause …; which, and to which queues, is the role's. */
  operate: 'operator',
  /** See the audit log and who may do what; change people, tokens and settings. */
  administer: 'admin',
} as const satisfies Record<string, BuiltInRole>;
export type Right = keyof typeof RIGHTS;

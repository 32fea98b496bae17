import { z } from 'zod';

/** Each role may do all that the ones before it may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export const roleSchema = z.enum(ROLES);
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
};

/** Closed list of rights; every route and every action names one. */
export const RIGHTS = {
  /** See queues, jobs, charts and alerts. */
  view: 'viewer',
  /** Retry, promote, remove, duplicate and add jobs; pause and resume queues. */
  operate: 'operator',
  /** See the audit log and who may do what. */
  administer: 'admin',
} as const satisfies Record<string, Role>;
export type Right = keyof typeof RIGHTS;

/** The one place that decides what a role may do. */
export function may(role: Role, right: Right): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(RIGHTS[right]);
}

import { z } from 'zod';
import { compilePattern } from './pattern';
import { BUILT_IN_ROLES, RIGHTS, roleSchema, type BuiltInRole, type Right, type Role } from './permissions';
import type { QueueId } from './queue';

/** Stands for every action. */
export const EVERY_ACTION = '*';
/** Seeing alone. Whoever may do anything to a queue sees it. */
export const VIEW = 'view';

/** `actions` (names as in the audit log, `view`, or `*`) on the queues that one of the patterns meets. */
export const grantSchema = z.strictObject({
  /** `*` stands for any text; against the name, or `source/namespace/name` if the pattern holds a slash. */
  queues: z.array(z.string().min(1).max(500)).min(1).max(100),
  actions: z.array(z.string().min(1).max(64)).min(1).max(50),
});
export type Grant = z.infer<typeof grantSchema>;

/** A role of the configuration file. */
export const roleConfigSchema = z.strictObject({
  name: roleSchema.refine(
    (name) => !(BUILT_IN_ROLES as readonly string[]).includes(name),
    'is a built-in role; choose another name',
  ),
  grants: z.array(grantSchema).min(1).max(50),
  /** Paths into what jobs carry that this role does not see, such as `data.card.number` or `data.*.email`. */
  redact: z.array(z.string().min(1).max(200)).max(100).default([]),
});
export type RoleConfig = z.infer<typeof roleConfigSchema>;

/** What a role allows. */
export type Access = {
  role: Role;
  /** Changes people, tokens and settings, and reads the audit log. */
  isAdmin: boolean;
  grants: readonly Grant[];
  redact: readonly string[];
};

const EVERYWHERE = ['*'];
export const BUILT_IN: Record<BuiltInRole, Access> = {
  viewer: { role: 'viewer', isAdmin: false, grants: [{ queues: EVERYWHERE, actions: [VIEW] }], redact: [] },
  operator: { role: 'operator', isAdmin: false, grants: [{ queues: EVERYWHERE, actions: [EVERY_ACTION] }], redact: [] },
  admin: { role: 'admin', isAdmin: true, grants: [{ queues: EVERYWHERE, actions: [EVERY_ACTION] }], redact: [] },
};

/** What each role allows. A role that is not configured (any more) allows nothing. */
export function accessBook(roles: readonly RoleConfig[]): (role: Role) => Access {
  const book = new Map<string, Access>(Object.entries(BUILT_IN));
  for (const { name, grants, redact } of roles) book.set(name, { role: name, isAdmin: false, grants, redact });
  return (role) => book.get(role) ?? { role, isAdmin: false, grants: [], redact: [] };
}

/** Whether the role has a right at all, on whatever queues. */
export function may({ grants, isAdmin }: Access, right: Right): boolean {
  if (right === 'administer') return isAdmin;
  return right === 'view' ? grants.length > 0 : grants.some(({ actions }) => actions.some((one) => one !== VIEW));
}

export function canSee({ grants }: Access, queue: QueueId): boolean {
  return grants.some((grant) => meets(grant, queue));
}

/** Whether `action` (as the audit log calls it) is allowed on a queue; without `action`: whether any is. */
export function canDo({ grants }: Access, queue: QueueId, action?: string): boolean {
  return grants.some(
    (grant) =>
      grant.actions.some((one) => one === EVERY_ACTION || (action === undefined ? one !== VIEW : one === action)) &&
      meets(grant, queue),
  );
}

/** Whether nothing is hidden: neither a queue nor a part of what jobs carry. */
export function seesEverything({ grants, redact }: Access): boolean {
  return redact.length === 0 && grants.some(({ queues }) => queues.includes('*'));
}

/** Why a right is missing, for a person. */
export function whyNot(access: Access, right: Right): string | null {
  if (may(access, right)) return null;
  return `Your role is ${access.role}. This needs the role ${RIGHTS[right]}.`;
}

const compiled = new WeakMap<Grant, (queue: QueueId) => boolean>();

function meets(grant: Grant, queue: QueueId): boolean {
  let meeting = compiled.get(grant);
  if (!meeting) {
    const patterns = grant.queues.map(compilePattern);
    meeting = (id) => patterns.some((pattern) => pattern(id));
    compiled.set(grant, meeting);
  }
  return meeting(queue);
}

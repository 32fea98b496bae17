import { createHash, randomUUID } from 'node:crypto';
import type { OwnRule } from '../../../alerts/settings-store';
import type { AlertRule, ListedRule } from '../../../domain/alert-rule';
import type { Config } from '../../../config/config';
import { seesEverything, type Access } from '../../../domain/access';
import { AppError } from '../../../domain/errors';
import type { Queue } from '../../../domain/queue';
import { isPatternOfSeen, narrowRule } from '../narrow';

type Given = Pick<Config, 'alerts' | 'areAlertsBuiltIn'>;

/** All rules there are: the file's (or those that come with Tailback), and those made on the screen. */
export function listRules({ alerts, areAlertsBuiltIn }: Given, own: readonly OwnRule[]): ListedRule[] {
  const ofFile = new Set(areAlertsBuiltIn ? [] : alerts.map(({ name }) => name));
  const replaced = new Set(own.map(({ rule }) => rule.name));
  const origin = areAlertsBuiltIn ? ('built-in' as const) : ('file' as const);
  const given = alerts
    .filter(({ name }) => !areAlertsBuiltIn || !replaced.has(name))
    .map((rule, index) => ({
      id: givenId(rule, index),
      origin,
      rule,
      isOverruled: false,
      updatedAt: null,
      updatedBy: null,
    }));
  const made = own.map(({ id, rule, updatedAt, updatedBy }) => ({
    id,
    origin: 'screen' as const,
    rule,
    isOverruled: ofFile.has(rule.name),
    updatedAt,
    updatedBy,
  }));
  return [...given, ...made];
}

/** Those whose patterns name nothing that the caller does not see. */
export function rulesSeen(rules: readonly ListedRule[], access: Access, queues: readonly Queue[]): ListedRule[] {
  if (seesEverything(access)) return [...rules];
  return rules
    .filter(({ rule }) => isPatternOfSeen(rule.queues, queues))
    .map((listed) => ({ ...listed, rule: narrowRule(listed.rule) }));
}

function givenId({ name }: AlertRule, index: number): string {
  return `given-${createHash('sha256').update(`${index} ${name}`).digest('base64url').slice(0, 16)}`;
}

/** The rules with one more. @throws AppError `conflict` when there is one of that name already */
export function withRule(own: readonly OwnRule[], rule: AlertRule, given: Given, by: string, now: number): OwnRule[] {
  assertFree(own, rule.name, given);
  return [...own, { id: randomUUID(), rule, updatedAt: now, updatedBy: by }];
}

/** The rules with another one in the place of `id`. @throws AppError `not-found`, `conflict` */
export function withChanged(
  own: readonly OwnRule[],
  id: string,
  rule: AlertRule,
  given: Given,
  by: string,
  now: number,
): OwnRule[] {
  if (!own.some((one) => one.id === id)) throw noRule();
  const others = own.filter((one) => one.id !== id);
  assertFree(others, rule.name, given);
  return own.map((one) => (one.id === id ? { id, rule, updatedAt: now, updatedBy: by } : one));
}

/** @throws AppError `not-found` */
export function withoutRule(own: readonly OwnRule[], id: string): OwnRule[] {
  if (!own.some((one) => one.id === id)) throw noRule();
  return own.filter((one) => one.id !== id);
}

/** Rules of another installation: those of the same name are replaced, the others added. */
export function withImported(
  own: readonly OwnRule[],
  rules: readonly AlertRule[],
  isReplacing: boolean,
  by: string,
  now: number,
): OwnRule[] {
  const byName = new Map(isReplacing ? [] : own.map((one) => [one.rule.name, one]));
  for (const rule of rules) {
    const id = byName.get(rule.name)?.id ?? randomUUID();
    byName.set(rule.name, { id, rule, updatedAt: now, updatedBy: by });
  }
  return [...byName.values()];
}

function assertFree(own: readonly OwnRule[], name: string, { alerts, areAlertsBuiltIn }: Given): void {
  const isOfFile = !areAlertsBuiltIn && alerts.some((rule) => rule.name === name);
  if (!isOfFile && !own.some(({ rule }) => rule.name === name)) return;
  const detail = isOfFile
    ? 'The configuration file has a rule of this name, and it wins. Take another name.'
    : 'There is a rule of this name already. Take another one.';
  throw new AppError('conflict', detail, { invalidParams: [{ path: 'rule.name', message: 'is taken' }] });
}

function noRule(): AppError {
  return new AppError(
    'not-found',
    'There is no such rule on this screen any more. Rules of the file are changed in it.',
  );
}

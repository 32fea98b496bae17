import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { alertRuleSchema, MAX_OWN_RULES, type AlertRule } from '../domain/alert-rule';
import { AppError } from '../domain/errors';
import { careSchema, NO_CARE, type Care, type IncidentAction } from '../domain/incident';
import { MAX_SILENCES, silenceSchema, type NewSilence, type Silence } from '../domain/silence';
import type { Redis } from '../redis/connection';
import type { Command } from '../store/commands';
import { evalWhenFull, runWhenFull } from '../store/eval-when-full';
import { keys } from '../store/keys';
import { withAction } from './care';

const MAX_CARED = 2_000;
/** Silences that are over are shown for so long. */
const SILENCE_KEPT_MS = 7 * 86_400_000;

/** A rule that was made on the screen. */
export const ownRuleSchema = z.object({
  id: z.string(),
  rule: alertRuleSchema,
  updatedAt: z.number(),
  updatedBy: z.string(),
});
export type OwnRule = z.infer<typeof ownRuleSchema>;

const ownRulesSchema = z.object({ revision: z.number(), rules: z.array(ownRuleSchema) });
export type OwnRules = z.infer<typeof ownRulesSchema>;
const NO_RULES: OwnRules = { revision: 0, rules: [] };

/** Replaces the rules if nobody else did since they were read, and says that something has changed. */
const REPLACE_RULES = `
local now = redis.call('GET', KEYS[1])
local revision = 0
if now then revision = cjson.decode(now).revision end
if revision ~= tonumber(ARGV[1]) then return revision end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('INCR', KEYS[2])
return -1
`;

/** Sets one field of a hash if it still holds what was read, and says that something has changed. */
const REPLACE_FIELD = `
local now = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if now ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('INCR', KEYS[2])
return 1
`;
const TRIES = 5;

/** All that people have set. */
export type StoredSettings = { own: OwnRules; silences: Silence[]; care: Map<string, Care> };

/**
 * Rules made on the screen, silences, and what was said of incidents, in the store. Web processes write them, the
 * collector reads them when `revision()` has grown.
 */
export class AlertSettingsStore {
  constructor(private readonly store: Redis) {}

  /** Grows with every change of anything. @throws when the store does not answer */
  async revision(): Promise<string> {
    return (await this.store.get(keys.alertRevision)) ?? '0';
  }

  /** @throws when the store does not answer */
  async read(): Promise<StoredSettings> {
    const [own, silences, care] = await Promise.all([
      this.rules(),
      this.silences(),
      this.store.hgetall(keys.alertCare),
    ]);
    const cared = Object.entries(care).flatMap(([id, text]): [string, Care][] => {
      const parsed = parse(careSchema, text);
      return parsed ? [[id, parsed]] : [];
    });
    return { own, silences, care: new Map(cared) };
  }

  async rules(): Promise<OwnRules> {
    return parse(ownRulesSchema, await this.store.get(keys.alertRules)) ?? NO_RULES;
  }

  /**
   * Changes the rules. `revision`: of the rules that the change was made from; `null` when it holds whatever they are.
   * @throws AppError `conflict` when somebody else has changed them since; what `change` throws
   */
  async changeRules(revision: number | null, change: (rules: readonly OwnRule[]) => OwnRule[]): Promise<OwnRules> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const before = await this.rules();
      if (revision !== null && before.revision !== revision) throw changedMeanwhile();
      const after = { revision: before.revision + 1, rules: change(before.rules) };
      if (after.rules.length > MAX_OWN_RULES)
        throw new AppError('conflict', `At most ${MAX_OWN_RULES} rules can be made here. Delete some first.`);
      const answer = await this.store.eval(
        REPLACE_RULES,
        2,
        keys.alertRules,
        keys.alertRevision,
        before.revision,
        JSON.stringify(after),
      );
      if (answer === -1) return after;
    }
    throw changedMeanwhile();
  }

  async silences(): Promise<Silence[]> {
    const stored = await this.store.hgetall(keys.alertSilences);
    return Object.values(stored).flatMap((text) => {
      const silence = parse(silenceSchema, text);
      return silence ? [silence] : [];
    });
  }

  async addSilence(silence: NewSilence, by: string, now: number): Promise<Silence> {
    const all = await this.silences();
    const over = all.filter((one) => isOver(one, now - SILENCE_KEPT_MS)).map(({ id }) => id);
    if (all.length - over.length >= MAX_SILENCES)
      throw new AppError('conflict', `At most ${MAX_SILENCES} silences are kept. Delete some first.`);
    const added: Silence = { ...silence, id: randomUUID(), by, at: now, endedAt: null };
    await this.run([
      ['HSET', keys.alertSilences, added.id, JSON.stringify(added)],
      ...(over.length > 0 ? [['HDEL', keys.alertSilences, ...over] as const] : []),
    ]);
    return added;
  }

  /** Puts a silence in the place of another of the same id. `null` takes it away. @throws AppError `not-found` */
  async changeSilence(id: string, change: (silence: Silence) => Silence | null): Promise<Silence> {
    const before = parse(silenceSchema, await this.store.hget(keys.alertSilences, id));
    if (!before) throw new AppError('not-found', 'There is no such silence any more.');
    const after = change(before);
    const { alertSilences } = keys;
    await this.run([after ? ['HSET', alertSilences, id, JSON.stringify(after)] : ['HDEL', alertSilences, id]]);
    return after ?? before;
  }

  async care(incidentId: string): Promise<Care> {
    return parse(careSchema, await this.store.hget(keys.alertCare, incidentId)) ?? NO_CARE;
  }

  /** Of several incidents, in their order. */
  async cares(incidentIds: readonly string[]): Promise<Care[]> {
    if (incidentIds.length === 0) return [];
    const texts = await this.store.hmget(keys.alertCare, ...incidentIds);
    return texts.map((text) => parse(careSchema, text) ?? NO_CARE);
  }

  /** Puts down what a person says of an incident. @throws AppError `conflict` when two people speak at once, again and again */
  async applyCare(incidentId: string, action: IncidentAction, by: string, now: number): Promise<Care> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const text = (await this.store.hget(keys.alertCare, incidentId)) ?? '';
      const after = withAction(parse(careSchema, text) ?? NO_CARE, action, by, now);
      const { alertCare, alertRevision } = keys;
      const words = [incidentId, text, JSON.stringify(after)];
      if ((await evalWhenFull(this.store, REPLACE_FIELD, [alertCare, alertRevision], words)) !== 1) continue;
      if (text === '') await this.forgetOldest();
      return after;
    }
    throw new AppError('conflict', 'Somebody else changed this incident at the same time. Try again.');
  }

  /** Changes what people set, and says that it has changed. */
  private run(commands: readonly Command[]): Promise<void> {
    return runWhenFull(this.store, keys.alertRevision, [...commands, ['INCR', keys.alertRevision]]);
  }

  /** Ids begin with their time: the oldest go first. */
  private async forgetOldest(): Promise<void> {
    if ((await this.store.hlen(keys.alertCare)) <= MAX_CARED) return;
    const ids = (await this.store.hkeys(keys.alertCare)).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    await this.store.hdel(keys.alertCare, ...ids.slice(0, Math.max(1, ids.length - MAX_CARED)));
  }
}

/** Rules that were there without anybody's doing on the screen. */
export type GivenRules = { rules: readonly AlertRule[]; areBuiltIn: boolean };

/**
 * The rules that hold. One name is one rule: the file's wins over the screen's, the screen's over one that comes with
 * Tailback.
 */
export function rulesInForce(given: GivenRules, own: readonly OwnRule[]): AlertRule[] {
  const ofFile = new Set(given.areBuiltIn ? [] : given.rules.map(({ name }) => name));
  const ofScreen = own.map(({ rule }) => rule).filter(({ name }) => !ofFile.has(name));
  const replaced = new Set(ofScreen.map(({ name }) => name));
  return [...given.rules.filter(({ name }) => !replaced.has(name)), ...ofScreen];
}

function isOver({ window, endedAt }: Silence, before: number): boolean {
  return (endedAt ?? window.to ?? Infinity) < before;
}

function changedMeanwhile(): AppError {
  return new AppError('conflict', 'Somebody else has changed the rules meanwhile. Look at them again, then save.');
}

function parse<T>(schema: z.ZodType<T>, text: string | null): T | null {
  if (!text) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../domain/errors';
import { roleSchema, type Role } from '../domain/permissions';
import { PrivateRecords } from './private-records';

const PREFIX = 'tb';
const DAY_MS = 86_400_000;
/** Uses are written down this often at most, in ms: a scraper asks every few seconds. */
const USES_EVERY_MS = 60_000;
const MAX_TOKENS = 200;

const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  /** SHA-256 (hex) of the whole token. It holds 256 random bits, so a slow hash would guard nothing. */
  hash: z.string(),
  createdAt: z.number(),
  createdBy: z.string(),
  expiresAt: z.number().nullable(),
  lastUsedAt: z.number().nullable(),
  lastAddress: z.string().nullable(),
});
type StoredToken = z.infer<typeof tokenSchema>;
export type Token = Omit<StoredToken, 'hash'>;

const fileSchema = z.object({ version: z.literal(1), tokens: z.array(tokenSchema) }).transform(({ tokens }) => tokens);

/** Tokens of programs, hashed, in `tokens.json` of the data folder. */
export class TokensFile {
  private readonly records: PrivateRecords<StoredToken>;
  private readonly uses = new Map<string, { at: number; address: string }>();
  private usesWrittenAt = 0;

  constructor(dataDir: string) {
    this.records = new PrivateRecords<StoredToken>(dataDir, {
      name: 'tokens.json',
      read: fileSchema as unknown as z.ZodType<StoredToken[]>,
      write: (tokens) => ({ version: 1, tokens }),
      keyOf: ({ id }) => id,
      advice: 'not a tokens file of this version; restore it, or move it away to start without tokens',
    });
  }

  refresh(now?: number): Promise<void> {
    return this.records.refresh(now);
  }

  look(): Promise<void> {
    return this.records.look();
  }

  /** Newest first, with uses that are not written down yet. */
  async list(): Promise<Token[]> {
    await this.records.look();
    return this.records
      .all()
      .map(({ hash: _, ...token }) => this.withUse(token))
      .sort((a, b) => b.createdAt - a.createdAt);
  }

  /**
   * @param days until it ends, `null` for never
   * @returns the token in clear: this once
   * @throws AppError `conflict` when the name is taken, or there are too many
   */
  async create(
    { name, role, days, by }: { name: string; role: Role; days: number | null; by: string },
    now = Date.now(),
  ): Promise<{ token: string; id: string }> {
    const id = randomBytes(6).toString('hex');
    const token = `${PREFIX}_${id}_${randomBytes(32).toString('base64url')}`;
    const stored: StoredToken = {
      id,
      name,
      role,
      hash: digest(token).toString('hex'),
      createdAt: now,
      createdBy: by,
      expiresAt: days === null ? null : now + days * DAY_MS,
      lastUsedAt: null,
      lastAddress: null,
    };
    await this.records.update((all) => {
      if ([...all.values()].some((other) => other.name === name))
        throw new AppError('conflict', `There is a token called "${name}". Revoke it first, or choose another name.`);
      if (all.size >= MAX_TOKENS) throw new AppError('conflict', `There are ${MAX_TOKENS} tokens. Revoke some first.`);
      return [...all.values(), stored];
    });
    return { token, id };
  }

  /** From now on it is nobody. @throws AppError `not-found` */
  async revoke(id: string): Promise<string> {
    let name = '';
    await this.records.update((all) => {
      const token = all.get(id);
      if (!token) throw new AppError('not-found', 'There is no such token; perhaps somebody else has revoked it.');
      name = token.name;
      return [...all.values()].filter((other) => other.id !== id);
    });
    return name;
  }

  /** Whose token this is, `null` for nobody's. Answers from the last look; call `refresh` before. */
  identify(text: string, address: string, now = Date.now()): Pick<Token, 'id' | 'name' | 'role'> | null {
    const [prefix, id] = text.split('_', 2);
    if (prefix !== PREFIX || id === undefined) return null;
    const stored = this.records.get(id);
    if (!stored || !timingSafeEqual(digest(text), Buffer.from(stored.hash, 'hex'))) return null;
    if (stored.expiresAt !== null && stored.expiresAt <= now) return null;
    this.uses.set(id, { at: now, address });
    return { id, name: stored.name, role: stored.role };
  }

  /** Whether a token that was identified before still is one. */
  isLive(name: string, now = Date.now()): boolean {
    return this.records
      .all()
      .some((token) => token.name === name && (token.expiresAt === null || token.expiresAt > now));
  }

  /** Writes down when tokens were used last, at most once a minute. */
  async keepUses(now = Date.now()): Promise<void> {
    if (this.uses.size === 0 || now - this.usesWrittenAt < USES_EVERY_MS) return;
    this.usesWrittenAt = now;
    await this.records.update((all) =>
      [...all.values()].map((token) => ({ ...token, ...pickUse(this.withUse(token)) })),
    );
    this.uses.clear();
  }

  private withUse<T extends Token>(token: T): T {
    const use = this.uses.get(token.id);
    if (!use || use.at <= (token.lastUsedAt ?? 0)) return token;
    return { ...token, lastUsedAt: use.at, lastAddress: use.address };
  }
}

function pickUse({ lastUsedAt, lastAddress }: Token): Pick<Token, 'lastUsedAt' | 'lastAddress'> {
  return { lastUsedAt, lastAddress };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

import { z } from 'zod';
import { roleSchema, type Role } from '../domain/permissions';
import { PrivateRecords } from './private-records';

export const userSchema = z.object({
  email: z.string(),
  /** `null`: signs in elsewhere only. */
  passwordHash: z.string().nullable(),
  role: roleSchema,
  /** Sessions carry the epoch of their sign-in; raising it ends all of them. */
  epoch: z.number().int(),
  isDisabled: z.boolean(),
  createdAt: z.iso.datetime(),
  /** Secret of the second factor (base32), once it was confirmed. */
  totpSecret: z.string().optional(),
  /** The last step of the second factor that was used: each code is good once. */
  totpUsedStep: z.number().optional(),
  /** Who vouches for this person: issuer and subject at the identity provider. */
  oidc: z.object({ issuer: z.string(), subject: z.string() }).optional(),
});
export type User = z.infer<typeof userSchema>;

const fileSchema = z.object({ version: z.literal(1), users: z.array(userSchema) }).transform(({ users }) => users);

/** The people who may sign in, in `users.json` of the data folder. */
export class UsersFile {
  private readonly records: PrivateRecords<User>;

  constructor(dataDir: string) {
    this.records = new PrivateRecords<User>(dataDir, {
      name: 'users.json',
      read: fileSchema as unknown as z.ZodType<User[]>,
      write: (users) => ({ version: 1, users }),
      keyOf: ({ email }) => email,
      advice: 'not a users file of this version; restore it, or move it away to start with a new administrator',
    });
  }

  get file(): string {
    return this.records.file;
  }

  /** @throws when the file cannot be read or understood; the users known before stay in force */
  refresh(now?: number): Promise<void> {
    return this.records.refresh(now);
  }

  /** Looks at the file now, for answers that must not be two seconds old. @throws as `refresh` */
  look(): Promise<void> {
    return this.records.look();
  }

  /** From the last look. */
  find(email: string): User | null {
    return this.records.get(email.toLowerCase());
  }

  /** All users by e-mail address, from the last look. */
  list(): User[] {
    return this.records.all().sort((a, b) => a.email.localeCompare(b.email));
  }

  /** Changes the users: `change` gets the newest ones and returns those to keep. @throws what `change` throws */
  update(change: (users: ReadonlyMap<string, User>) => Iterable<User> | Promise<Iterable<User>>): Promise<void> {
    return this.records.update(async (users) =>
      [...(await change(users))].map((user) => ({ ...user, email: user.email.toLowerCase() })),
    );
  }
}

/** A new user. The epoch starts at the time, so that a removed and re-made account does not revive old sessions. */
export function newUser(email: string, role: Role, passwordHash: string | null, now: Date = new Date()): User {
  return {
    email: email.toLowerCase(),
    passwordHash,
    role,
    epoch: now.getTime(),
    isDisabled: false,
    createdAt: now.toISOString(),
  };
}

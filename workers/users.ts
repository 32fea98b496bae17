import path from 'node:path';
import { parseArgs } from 'node:util';
import { generatePassword, hashPassword, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../lib/auth/password';
import { newUser, UsersFile, type User } from '../lib/auth/users-file';
import { messageOf } from '../lib/domain/errors';
import { roleSchema, type Role } from '../lib/domain/permissions';
import { passwordFromStdin, promptPassword } from './users/read-password';

const HELP = `People who may sign in to Tailback.

  npm run users -- list
  npm run users -- add <email> --role viewer|operator|admin [--password-stdin | --generate]
  npm run users -- reset-password <email> [--password-stdin | --generate]
  npm run users -- set-role <email> --role viewer|operator|admin
  npm run users -- disable <email>      ends all sessions at once, keeps the account
  npm run users -- enable <email>
  npm run users -- sign-out <email>     ends all sessions at once
  npm run users -- remove <email>

Without an option the password is asked for; without a terminal it is generated and printed.
The users are in the folder TAILBACK_DATA_DIR (default: .tailback). A running Tailback notices within seconds.
`;

/** A mistake of the person at the terminal: the message is all they need. */
class UsageError extends Error {}

type Values = {
  role?: string | undefined;
  'password-stdin'?: boolean | undefined;
  generate?: boolean | undefined;
  help?: boolean | undefined;
};

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  const [command, email, ...rest] = positionals;
  if (values.help || command === undefined || command === 'help') return void process.stdout.write(HELP);
  const users = new UsersFile(path.resolve(process.env['TAILBACK_DATA_DIR'] || '.tailback'));
  if (command === 'list') return list(users);
  if (email === undefined || rest.length > 0)
    throw new UsageError(`"${command}" takes one e-mail address. See: npm run users -- help`);
  switch (command) {
    case 'add':
      return add(users, checkedEmail(email), requiredRole(values), values);
    case 'reset-password': {
      const passwordHash = await newPasswordHash(users, email, values);
      return change(
        users,
        email,
        (user) => ({ ...user, passwordHash, epoch: user.epoch + 1 }),
        'has a new password; all sessions ended',
      );
    }
    case 'set-role': {
      const role = requiredRole(values);
      return change(
        users,
        email,
        (user) => ({ ...user, role, epoch: user.epoch + 1 }),
        `is ${role} now; signs in again`,
      );
    }
    case 'disable':
      return change(
        users,
        email,
        (user) => ({ ...user, isDisabled: true, epoch: user.epoch + 1 }),
        'is disabled; all sessions ended',
      );
    case 'enable':
      return change(users, email, (user) => ({ ...user, isDisabled: false }), 'is enabled');
    case 'sign-out':
      return change(users, email, (user) => ({ ...user, epoch: user.epoch + 1 }), 'is signed out everywhere');
    case 'remove':
      return change(users, email, () => null, 'is removed; all sessions ended');
    default:
      throw new UsageError(`Unknown command "${command}". See: npm run users -- help`);
  }
}

function readArguments(): { values: Values; positionals: string[] } {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        role: { type: 'string' },
        'password-stdin': { type: 'boolean' },
        generate: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\nSee: npm run users -- help`);
  }
}

async function list(users: UsersFile): Promise<void> {
  await users.refresh();
  const rows = users
    .list()
    .map(({ email, role, isDisabled, createdAt }) => [
      email,
      role,
      isDisabled ? 'disabled' : 'enabled',
      createdAt.slice(0, 10),
    ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => (row[column] ?? '').length)));
  for (const row of rows) console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  if (rows.length === 0) console.log(`No users yet in ${users.file}: the first start makes an administrator.`);
}

async function add(users: UsersFile, email: string, role: Role, values: Values): Promise<void> {
  await users.refresh();
  if (users.find(email)) throw new UsageError(`${email} exists already. Use reset-password or set-role.`);
  const passwordHash = await hashPassword(await newPassword(values));
  await users.update((all) => {
    if (all.has(email)) throw new UsageError(`${email} exists already.`);
    return [...all.values(), newUser(email, role, passwordHash)];
  });
  console.log(`${email} may sign in as ${role}.`);
}

async function newPasswordHash(users: UsersFile, email: string, values: Values): Promise<string> {
  await users.refresh();
  if (!users.find(email)) throw new UsageError(`There is no user ${email}.`);
  return hashPassword(await newPassword(values));
}

/** Changes or (with `null`) removes one user; never leaves Tailback without an enabled administrator. */
async function change(
  users: UsersFile,
  email: string,
  toNext: (user: User) => User | null,
  done: string,
): Promise<void> {
  await users.update((all) => {
    const before = all.get(email.toLowerCase());
    if (!before) throw new UsageError(`There is no user ${email}.`);
    const after = toNext(before);
    const next = new Map(all);
    if (after) next.set(before.email, after);
    else next.delete(before.email);
    const isAdmin = (user: User) => user.role === 'admin' && !user.isDisabled;
    if (isAdmin(before) && ![...next.values()].some(isAdmin))
      throw new UsageError(`${before.email} is the last enabled administrator. Make another one first.`);
    return next.values();
  });
  console.log(`${email.toLowerCase()} ${done}.`);
}

async function newPassword(values: Values): Promise<string> {
  if (values['password-stdin']) return checkedPassword(await passwordFromStdin());
  if (values.generate || !process.stdin.isTTY) {
    const password = generatePassword();
    console.log(`Password: ${password}`);
    return password;
  }
  const password = checkedPassword(await promptPassword('New password: '));
  if ((await promptPassword('Once more: ')) !== password) throw new UsageError('The two passwords differ.');
  return password;
}

function checkedPassword(password: string): string {
  if (password.length < MIN_PASSWORD_LENGTH || password.length > MAX_PASSWORD_LENGTH)
    throw new UsageError(
      `The password has ${password.length} characters; expected ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH}.`,
    );
  return password;
}

function checkedEmail(email: string): string {
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 320) throw new UsageError(`"${email}" is no e-mail address.`);
  return email.toLowerCase();
}

function requiredRole({ role }: Values): Role {
  const parsed = roleSchema.safeParse(role);
  if (!parsed.success)
    throw new UsageError(
      `--role: ${role === undefined ? 'missing' : `found "${role}"`}, expected viewer, operator or admin.`,
    );
  return parsed.data;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(messageOf(error));
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);

import path from 'node:path';
import { parseArgs } from 'node:util';
import { Accounts } from '../lib/auth/accounts';
import type { UsersFile } from '../lib/auth/users-file';
import { rolesIn } from '../lib/config/load-config';
import { isAppError, messageOf } from '../lib/domain/errors';
import type { Role } from '../lib/domain/permissions';
import { passwordFromStdin, promptPassword } from './users/read-password';

const HELP = `People who may sign in to Tailback.

  npm run users -- list
  npm run users -- add <email> --role viewer|operator|admin|… [--password-stdin | --generate]
  npm run users -- reset-password <email> [--password-stdin | --generate]
  npm run users -- set-role <email> --role viewer|operator|admin|…
  npm run users -- disable <email>      ends all sessions at once, keeps the account
  npm run users -- enable <email>
  npm run users -- sign-out <email>     ends all sessions at once
  npm run users -- reset-second-factor <email>
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
  const dataDir = path.resolve(process.env['TAILBACK_DATA_DIR'] || '.tailback');
  const { users, people, roles: known } = new Accounts(dataDir, rolesIn(process.env, process.cwd()));
  if (command === 'list') return list(users);
  if (email === undefined || rest.length > 0)
    throw new UsageError(`"${command}" takes one e-mail address. See: npm run users -- help`);
  const say = (text: string) => console.log(`${email.toLowerCase()} ${text}.`);
  switch (command) {
    case 'add': {
      const role = requiredRole(values, known);
      await users.look();
      if (users.find(email)) throw new UsageError(`${email} exists already. Use reset-password or set-role.`);
      show((await people.add(email, role, await newPassword(values))).generated);
      return say(`may sign in as ${role}`);
    }
    case 'reset-password':
      await users.look();
      if (!users.find(email)) throw new UsageError(`There is no person ${email}.`);
      show(await people.resetPassword(email, await newPassword(values)));
      return say('has a new password; all sessions ended');
    case 'set-role': {
      const role = requiredRole(values, known);
      await people.setRole(email, role);
      return say(`is ${role} now; signs in again`);
    }
    case 'disable':
      await people.disable(email);
      return say('is disabled; all sessions ended');
    case 'enable':
      await people.enable(email);
      return say('is enabled');
    case 'sign-out':
      await people.signOut(email);
      return say('is signed out everywhere');
    case 'reset-second-factor':
      await people.resetTotp(email);
      return say('signs in with the password alone');
    case 'remove':
      await people.remove(email);
      return say('is removed; all sessions ended');
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

function show(generated: string | null): void {
  if (generated !== null) console.log(`Password: ${generated}`);
}

/** `null`: one is to be made. */
async function newPassword(values: Values): Promise<string | null> {
  if (values['password-stdin']) return passwordFromStdin();
  if (values.generate || !process.stdin.isTTY) return null;
  const password = await promptPassword('New password: ');
  if ((await promptPassword('Once more: ')) !== password) throw new UsageError('The two passwords differ.');
  return password;
}

function requiredRole({ role }: Values, known: readonly Role[]): Role {
  if (role !== undefined && known.includes(role)) return role;
  throw new UsageError(`--role: ${role === undefined ? 'missing' : `found "${role}"`}, expected ${known.join(', ')}.`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(messageOf(error));
    process.exit(error instanceof UsageError || isAppError(error) ? 2 : 1);
  },
);

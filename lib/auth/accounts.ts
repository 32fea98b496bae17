import { BUILT_IN, type RoleConfig } from '../domain/access';
import type { Role } from '../domain/permissions';
import { ElevationsFile } from './elevations-file';
import { EndedSessions } from './ended-sessions';
import { People } from './people';
import { SESSION_LIMIT_SECONDS } from './session-token';
import { SessionsFile, type SignedInSession } from './sessions-file';
import { TokensFile } from './tokens-file';
import { UsersFile } from './users-file';

/** Everything about who may come in, as the data folder has it. */
export class Accounts {
  readonly users: UsersFile;
  readonly people: People;
  readonly tokens: TokensFile;
  readonly ended: EndedSessions;
  readonly sessions: SessionsFile;
  readonly elevations: ElevationsFile;
  /** Names of all roles, built-in ones first. */
  readonly roles: readonly Role[];

  constructor(dataDir: string, roles: readonly RoleConfig[]) {
    this.roles = [...Object.keys(BUILT_IN), ...roles.map(({ name }) => name)];
    this.users = new UsersFile(dataDir);
    this.people = new People(this.users, (role) => this.roles.includes(role));
    this.tokens = new TokensFile(dataDir);
    this.ended = new EndedSessions(dataDir);
    this.sessions = new SessionsFile(dataDir);
    this.elevations = new ElevationsFile(dataDir);
  }

  /** Sessions that are good now, as far as is known; of one person or of all. */
  async liveSessions(email?: string): Promise<SignedInSession[]> {
    await Promise.all([this.users.look(), this.ended.refresh()]);
    return (await this.sessions.list()).filter((session) => {
      const user = this.users.find(session.email);
      return (
        (email === undefined || session.email === email.toLowerCase()) &&
        !this.ended.has(session.id) &&
        user !== null &&
        !user.isDisabled &&
        user.epoch === session.epoch
      );
    });
  }

  /** Ends one session before it runs out: a copy of its cookie is worth nothing from then on. */
  async endSession(id: string): Promise<void> {
    await this.ended.end(id, Date.now() + SESSION_LIMIT_SECONDS * 1_000);
  }
}

import { z } from 'zod';
import { PrivateRecords } from './private-records';
import { SESSION_LIMIT_SECONDS } from './session-token';

const MAX_SESSIONS = 5_000;
const MAX_AGENT = 200;

const signedInSchema = z.object({
  id: z.string(),
  email: z.string(),
  /** ms since the epoch. */
  at: z.number(),
  address: z.string(),
  /** What the browser says of itself: hostile text. */
  agent: z.string(),
  /** The account's epoch at the sign-in: a later one ended this session. */
  epoch: z.number(),
});
export type SignedInSession = z.infer<typeof signedInSchema>;

const fileSchema = z
  .object({ version: z.literal(1), sessions: z.array(signedInSchema) })
  .transform(({ sessions }) => sessions);

/** Who signed in when and from where, in `sessions.json` of the data folder, for as long as a session can last. */
export class SessionsFile {
  private readonly records: PrivateRecords<SignedInSession>;

  constructor(dataDir: string) {
    this.records = new PrivateRecords<SignedInSession>(dataDir, {
      name: 'sessions.json',
      read: fileSchema as unknown as z.ZodType<SignedInSession[]>,
      write: (sessions) => ({ version: 1, sessions }),
      keyOf: ({ id }) => id,
      advice: 'not a file of sessions of this version; remove it, sessions themselves do not depend on it',
    });
  }

  async add(session: SignedInSession): Promise<void> {
    const oldest = session.at - SESSION_LIMIT_SECONDS * 1_000;
    await this.records.update((all) =>
      [...all.values(), { ...session, agent: session.agent.slice(0, MAX_AGENT) }]
        .filter(({ at }) => at > oldest)
        .slice(-MAX_SESSIONS),
    );
  }

  /** Newest first; those that have ended otherwise are among them. */
  async list(): Promise<SignedInSession[]> {
    await this.records.look();
    return this.records.all().sort((a, b) => b.at - a.at);
  }
}

import type { Redis } from '../../redis/connection';
import type { Config } from '../../config/config';
import type { Log } from '../../config/log';
import type { AuditWriter } from '../../actions/perform';
import type { AuditBy, AuditExport, AuditFilter, AuditPage } from '../../domain/audit';
import type { Access } from '../../domain/access';
import type { Actor, Role } from '../../domain/permissions';
import type { Accounts } from '../../auth/accounts';
import type { PasswordCheck } from '../../auth/door';
import type { AlertHistory } from '../../alerts/history-store';
import type { AlertSettingsStore } from '../../alerts/settings-store';
import type { ChannelDesk } from '../../channels/channel-desk';
import type { EventStreams } from '../../live/event-stream';
import type { BacklogTrends } from '../../history/backlog-trends';
import type { LiveMirror } from '../../live/live-mirror';
import type { MarkStore } from '../../marks/mark-store';
import type { HiddenJobs } from '../../operations/hidden-jobs';
import type { Operations } from '../../operations/operations';
import type { SourceDesk } from '../../sources/source';
import type { SearchSlots } from './search-slots';

/** Port of the audit log. */
export interface AuditTrail extends AuditWriter {
  page(cursor: string | null, limit: number, by?: AuditBy, filter?: AuditFilter): Promise<AuditPage>;
  export(what: AuditExport): ReadableStream<Uint8Array>;
}

/** The newest state, as far as the caller may see it. */
export type LiveView = Pick<
  LiveMirror,
  'hasState' | 'whyNotReady' | 'snapshot' | 'queue' | 'totalsOf' | 'workers' | 'alerts' | 'brokersView'
>;

/** What the endpoints work with. */
export type ApiContext = {
  config: Config;
  log: Log;
  version: string;
  store: Redis;
  mirror: LiveView;
  streams: EventStreams;
  desks: ReadonlyMap<string, SourceDesk>;
  audit: AuditTrail;
  marks: MarkStore;
  channels: Pick<ChannelDesk, 'test'>;
  alerts: { settings: AlertSettingsStore; history: AlertHistory };
  trends: BacklogTrends;
  searches: SearchSlots;
  operations: { all: Operations; hidden: HiddenJobs };
  isSessionLive: (actor: Actor) => boolean;
  /** What a role allows as it is configured now. */
  accessOf: (role: Role) => Access;
  accounts: Accounts;
  /** The person's password once more, for changes to the account itself. */
  checkPassword: (email: string, password: string, address: string) => Promise<PasswordCheck>;
};

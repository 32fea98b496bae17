import type { Redis } from '../../redis/connection';
import type { Config } from '../../config/config';
import type { Log } from '../../config/log';
import type { AuditWriter } from '../../actions/perform';
import type { AuditBy, AuditExport, AuditFilter, AuditPage } from '../../domain/audit';
import type { Actor } from '../../domain/permissions';
import type { EventStreams } from '../../live/event-stream';
import type { LiveMirror } from '../../live/live-mirror';
import type { MarkStore } from '../../marks/mark-store';
import type { SourceDesk } from '../../sources/source';

/** Port of the audit log. */
export interface AuditTrail extends AuditWriter {
  page(cursor: string | null, limit: number, by?: AuditBy, filter?: AuditFilter): Promise<AuditPage>;
  export(what: AuditExport): ReadableStream<Uint8Array>;
}

/** What the endpoints work with. */
export type ApiContext = {
  config: Config;
  log: Log;
  version: string;
  store: Redis;
  mirror: LiveMirror;
  streams: EventStreams;
  desks: ReadonlyMap<string, SourceDesk>;
  audit: AuditTrail;
  marks: MarkStore;
  isSessionLive: (actor: Actor) => boolean;
};

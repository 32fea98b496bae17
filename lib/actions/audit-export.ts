import type { AuditBy, AuditEntry, AuditExport, AuditFilter, AuditPage } from '../domain/audit';
import { csvLine } from '../domain/csv';

type ReadPage = (cursor: string | null, limit: number, by: AuditBy, filter: AuditFilter) => Promise<AuditPage>;

const PAGE = 200;
const COLUMNS = [
  'time',
  'actor',
  'role',
  'address',
  'action',
  'target',
  'outcome',
  'jobCount',
  'jobIds',
  'detail',
  'id',
];

/** All entries that `filter` means, newest first, page by page as they are taken: memory does not grow with their number. */
export function exportAudit(readPage: ReadPage, { by, filter, format }: AuditExport): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let cursor: string | null = null;
  return new ReadableStream({
    start(controller) {
      if (format === 'csv') controller.enqueue(encoder.encode(csvLine(COLUMNS)));
    },
    async pull(controller) {
      for (let text = ''; text === '';) {
        const page: AuditPage = await readPage(cursor, PAGE, by, filter);
        text = page.entries.map((entry) => (format === 'csv' ? toLine(entry) : `${JSON.stringify(entry)}\n`)).join('');
        if (text !== '') controller.enqueue(encoder.encode(text));
        cursor = page.nextCursor;
        if (cursor === null) return controller.close();
      }
    },
  });
}

function toLine({
  at,
  actor,
  role,
  address,
  action,
  target,
  outcome,
  jobCount,
  jobIds,
  detail,
  id,
}: AuditEntry): string {
  const time = new Date(at).toISOString();
  return csvLine([time, actor, role, address, action, target, outcome, jobCount, jobIds.join(' '), detail, id]);
}

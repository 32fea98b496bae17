'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { AUDIT_BY, auditPageSchema, type AuditBy, type AuditEntry } from '@/lib/domain/audit';
import { apiGet } from '../api/client';
import { sentenceOf } from '../api/problem';
import { formatCount } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { Clock } from '../shell/time';
import { Button } from '../ui/button';
import { Chip } from '../ui/chip';
import { Empty } from '../ui/empty';
import { JobLine } from '../ui/job-text';
import { Page } from '../ui/page';
import { Segmented } from '../ui/segmented';
import { SkeletonRows } from '../ui/skeleton';
import { filterTerms, useAuditFilter } from './audit-filter';
import { AuditFilterBar } from './audit-filter-bar';
import { ExportMenu } from './export-menu';

const PAGE_SIZE = 100;
const TONES = { done: 'plain', partly: 'warn', refused: 'warn', failed: 'crit' } as const;

const DOERS = [
  { value: 'people', label: 'People', hint: 'What persons did on these screens and in Arena' },
  { value: 'tokens', label: 'Tokens', hint: 'What programs did with an API token' },
] as const;

/** Who did what to what, when, and whether it worked. */
export function AuditScreen() {
  const [by, setBy] = useQueryState('by', parseAsStringLiteral(AUDIT_BY).withDefault('people'));
  const [filter, setFilter] = useAuditFilter();
  const terms = filterTerms(filter);
  const isFiltered = Object.keys(terms).length > 0;
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: ['audit', by, terms],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({
        ...terms,
        by,
        limit: String(PAGE_SIZE),
        ...(pageParam === null ? {} : { cursor: pageParam }),
      });
      return apiGet(`/audit?${query.toString()}`, auditPageSchema, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
  const entries = data?.pages.flatMap((page) => page.entries) ?? [];
  const scanned = data?.pages.reduce((sum, page) => sum + page.scanned, 0) ?? 0;
  return (
    <Page
      title="Audit"
      lead="Every action of a person or a token, also those that were refused."
      extra={
        <>
          <Segmented label="By whom" value={by} options={DOERS} onChange={(next) => void setBy(next)} />
          <ExportMenu query={new URLSearchParams({ ...terms, by })} />
          <Button onClick={() => void refetch()}>Refresh</Button>
        </>
      }
    >
      <AuditFilterBar filter={filter} onChange={setFilter} />
      <section className="panel overflow-hidden" aria-label="Entries">
        {isPending && <SkeletonRows count={12} />}
        {error && !data && <Empty title="The audit log cannot be read">{sentenceOf(error)}</Empty>}
        {data && entries.length === 0 && (
          <Empty title={emptyTitle(by, isFiltered, hasNextPage)}>
            {isFiltered && `${formatCount(scanned)} entries were looked at.`}
          </Empty>
        )}
        {entries.length > 0 && (
          <table className="w-full table-fixed border-collapse text-sm max-md:hidden">
            <caption className="sr-only">Audit log, newest first</caption>
            <thead className="shadow-[0_1px_0_var(--line)]">
              <tr className="label h-8 text-left">
                <th scope="col" className="w-36 pl-3 font-medium md:pl-4">
                  When
                </th>
                <th scope="col" className="w-52 font-medium max-lg:hidden">
                  Who
                </th>
                <th scope="col" className="w-32 font-medium max-sm:w-24">
                  What
                </th>
                <th scope="col" className="font-medium">
                  To what
                </th>
                <th scope="col" className="w-24 pr-3 text-right font-medium">
                  Outcome
                </th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <Entry key={entry.id} entry={entry} />
              ))}
            </tbody>
          </table>
        )}
        {entries.length > 0 && (
          <ul aria-label="Audit log, newest first" className="divide-y divide-line md:hidden">
            {entries.map((entry) => (
              <Card key={entry.id} entry={entry} />
            ))}
          </ul>
        )}
        {hasNextPage && (
          <div className="px-3 py-2">
            <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {isFetchingNextPage ? 'Looking…' : isFiltered ? 'Look further back' : 'Show older'}
            </Button>
            {isFiltered && (
              <span className="ml-3 text-xs text-ink-3">{formatCount(scanned)} entries looked at so far</span>
            )}
          </div>
        )}
      </section>
    </Page>
  );
}

function emptyTitle(by: AuditBy, isFiltered: boolean, hasMore: boolean): string {
  if (isFiltered) return hasMore ? 'Nothing like this among the newest' : 'Nothing like this is in the log';
  return by === 'people' ? 'Nobody has done anything yet' : 'No token has done anything yet';
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { at, actor, role, address, action, target, outcome } = entry;
  return (
    <tr className="h-8 border-b border-line align-top hover:bg-hover [&>td]:py-1.5">
      <td className="pl-3 whitespace-nowrap text-ink-2 md:pl-4">
        <Clock at={at} />
      </td>
      <td className="truncate pr-3 max-lg:hidden" title={`${actor}, ${role}, from ${address}`}>
        <JobLine>{actor}</JobLine> <span className="text-xs text-ink-3">{role}</span>
      </td>
      <td className="truncate pr-3 font-medium">
        {action}
        <span className="hidden truncate text-xs font-normal text-ink-3 max-lg:block">{actor}</span>
      </td>
      <td className="pr-3 [overflow-wrap:anywhere]">
        <JobLine>{target}</JobLine>
        <What entry={entry} />
      </td>
      <td className="pr-3 text-right">
        <Chip tone={TONES[outcome]}>{outcome}</Chip>
      </td>
    </tr>
  );
}

/** The same for a narrow screen. */
function Card({ entry }: { entry: AuditEntry }) {
  const { at, actor, role, address, action, target, outcome } = entry;
  return (
    <li className="px-3 py-2 text-sm">
      <p className="flex items-baseline gap-2">
        <span className="font-medium">{action}</span>
        <Clock at={at} className="ml-auto text-xs text-ink-2" />
        <Chip tone={TONES[outcome]}>{outcome}</Chip>
      </p>
      <p className="[overflow-wrap:anywhere]">
        <JobLine>{target}</JobLine>
        <What entry={entry} />
      </p>
      <p className="truncate text-xs text-ink-3" title={`${actor}, ${role}, from ${address}`}>
        <JobLine>{actor}</JobLine> · {role}
      </p>
    </li>
  );
}

/** Which jobs, and what is to be said about the outcome. */
function What({ entry: { jobIds, jobCount, detail } }: { entry: AuditEntry }) {
  const only = jobCount === 1 ? jobIds[0] : undefined;
  return (
    <>
      {jobCount > 0 && (
        <span className="ml-2 text-xs text-ink-3" title={jobIds.map(visibleLine).join(', ')}>
          {only === undefined ? `${formatCount(jobCount)} jobs` : `job ${visibleLine(only)}`}
        </span>
      )}
      {detail !== null &&
        !(only !== undefined && detail.toLowerCase().replace(/[.]$/, '') === `job ${only}`.toLowerCase()) && (
          <span className="block text-xs text-ink-3">
            <JobLine>{detail}</JobLine>
          </span>
        )}
    </>
  );
}

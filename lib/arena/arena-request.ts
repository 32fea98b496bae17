import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** What a request to Arena asks for. */
export type ArenaRequest = {
  capability: string;
  /** Path within Arena, with a leading slash. */
  path: string;
  /** Query, with the page size held to what a broker bears. */
  search: string;
  isAsset: boolean;
  isDump: boolean;
  isWrite: boolean;
  queue: { host: string; name: string } | null;
  /** Word for the audit log; `null` for a write that Arena does not know. */
  action: string | null;
  /** From the path; ids of a bulk action are in its body. */
  jobIds: string[];
};

/** Rows on one page of jobs: Arena reads each of them whole. */
const MAX_PAGE_SIZE = 100;

const ASSETS = assetPaths();

export function arenaRequest({
  pathname,
  search,
  method,
}: {
  pathname: string;
  search: string;
  method: string;
}): ArenaRequest {
  const [capability = '', ...rest] = pathname.slice('/arena/c/'.length).split('/');
  const within = `/${rest.join('/')}`;
  const isAsset = ASSETS.has(within);
  const isWrite = !['GET', 'HEAD', 'OPTIONS'].includes(method);
  const segments = rest.map((segment) => decodeURIComponent(segment));
  const isApi = segments[0] === 'api' && segments[1] === 'queue';
  const [host, name] = isApi ? segments.slice(2) : segments;
  const hasQueue =
    !isAsset &&
    host !== undefined &&
    name !== undefined &&
    name !== '' &&
    (isApi || (host !== 'flows' && host !== 'api'));
  const tail = isApi ? segments.slice(4) : [];
  const jobId =
    tail.at(0) === 'job' && tail[1] !== 'bulk'
      ? tail[1]
      : tail[1] === 'job' && tail[2] !== 'bulk'
        ? tail[2]
        : undefined;
  return {
    capability,
    path: within,
    search: boundedPageSize(search),
    isAsset,
    isDump:
      !isApi &&
      !isAsset &&
      segments.length === 3 &&
      /\.[^.]*$/.test(segments[2] ?? '') &&
      /^(?:waiting|prioritized|active|completed|succeeded|failed|delayed|paused|waiting-children)\./.test(
        segments[2] ?? '',
      ),
    isWrite,
    queue: hasQueue ? { host, name } : null,
    action: isWrite && isApi ? actionOf(method, tail) : null,
    jobIds: jobId === undefined ? [] : [jobId],
  };
}

/** Arena's routes as words; the list is closed, so a route that a later version adds stays shut until it is named. */
function actionOf(method: string, tail: readonly string[]): string | null {
  const shape = `${method} ${tail.map((part, index) => (index > 0 && tail[index - 1] === 'job' && part !== 'bulk' ? ':id' : part)).join('/')}`;
  return ACTIONS[shape] ?? null;
}

const ACTIONS: Record<string, string> = {
  'POST job': 'add job',
  'POST job/bulk': 'remove jobs',
  'PATCH job/bulk': 'retry jobs',
  'PATCH delayed/job/bulk': 'promote jobs',
  'PATCH delayed/job/:id': 'promote job',
  'DELETE repeatable/job/:id': 'remove repeatable job',
  'PUT job/:id/data': 'change job data',
  'PATCH job/:id': 'retry job',
  'PUT pause': 'pause queue',
  'PUT resume': 'resume queue',
  'PUT update-meta': 'change limits',
  'DELETE job/:id': 'remove job',
  'DELETE jobs/bulk': 'clean jobs',
  'DELETE rate-limit-key': 'lift rate limit',
};

function boundedPageSize(search: string): string {
  const query = new URLSearchParams(search);
  const size = query.get('pageSize');
  if (size === null || Number(size) <= MAX_PAGE_SIZE) return search;
  query.set('pageSize', String(MAX_PAGE_SIZE));
  return `?${query}`;
}

function assetPaths(): ReadonlySet<string> {
  const folder = path.join(path.dirname(createRequire(import.meta.url).resolve('bull-arena/package.json')), 'public');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Set(
    files.map(
      (entry) => `/${path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')}`,
    ),
  );
}

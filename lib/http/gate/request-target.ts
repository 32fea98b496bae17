/** Path and query of a request line. */
export type RequestTarget = { pathname: string; search: string };

/**
 * Splits the target of a request line. Every part behind the gate parses addresses in its own way, so targets that
 * two parsers could read differently are refused: other forms than a path, `//`, backslashes, control characters,
 * and dot segments in any spelling.
 * @returns `null` for a target to refuse
 */
export function requestTarget(url: string | undefined): RequestTarget | null {
  if (url === undefined || !/^\/[\x21-\x7e]*$/.test(url) || url.includes('#')) return null;
  const at = url.indexOf('?');
  const pathname = at === -1 ? url : url.slice(0, at);
  if (/^\/\/|\\|%5c|%00/i.test(pathname)) return null;
  if (pathname.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) return null;
  try {
    decodeURIComponent(pathname);
  } catch {
    return null;
  }
  return { pathname, search: at === -1 ? '' : url.slice(at) };
}

/** What may be fetched without a session or a token. */
export type OpenPaths = {
  /** Files of `public/` and icons, as paths. */
  files: ReadonlySet<string>;
  isDev: boolean;
};

export const HEALTH_PATHS: ReadonlySet<string> = new Set(['/api/health', '/api/ready']);

/** The closed list of open paths; everything else needs a session, also what nobody thought of. */
export function isOpenPath(pathname: string, { files, isDev }: OpenPaths): boolean {
  if (pathname === '/sign-in' || HEALTH_PATHS.has(pathname) || files.has(pathname)) return true;
  if (/^\/api\/auth\/[a-z-]+(?:\/[a-z-]+)?$/.test(pathname)) return true;
  if (isStaticAsset(pathname)) return true;
  return isDev && (pathname.startsWith('/__nextjs') || pathname === '/_next/hmr');
}

/** Files of the build: named by their content's hash, no data in them. */
export function isStaticAsset(pathname: string): boolean {
  return pathname.startsWith('/_next/static/') && !/%2f|%2e%2e|\.\./i.test(pathname);
}

import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** Who gets an address that Next serves: whoever comes, who is signed in, or an administrator. */
export type AppRule = 'open' | 'signed-in' | 'administer' | 'by the table of routes';

/** Every file below `app/` that answers an address. One that is missing here fails the matrix of rights. */
export const APP_RULES: Readonly<Record<string, AppRule>> = {
  'app/(auth)/sign-in/page.tsx': 'open',
  'app/(board)/page.tsx': 'signed-in',
  'app/(board)/account/page.tsx': 'signed-in',
  'app/(board)/alerts/page.tsx': 'signed-in',
  'app/(board)/alerts/[id]/page.tsx': 'signed-in',
  'app/(board)/arena/page.tsx': 'signed-in',
  'app/(board)/audit/page.tsx': 'administer',
  'app/(board)/brokers/page.tsx': 'signed-in',
  'app/(board)/failures/page.tsx': 'signed-in',
  'app/(board)/failures/[fingerprint]/page.tsx': 'signed-in',
  'app/(board)/operations/page.tsx': 'signed-in',
  'app/(board)/queues/[key]/page.tsx': 'signed-in',
  'app/(board)/queues/[key]/jobs/page.tsx': 'signed-in',
  'app/(board)/queues/[key]/jobs/[id]/page.tsx': 'signed-in',
  'app/(board)/schedulers/page.tsx': 'signed-in',
  'app/(board)/settings/page.tsx': 'administer',
  'app/(board)/timeline/page.tsx': 'signed-in',
  'app/(board)/workers/page.tsx': 'signed-in',
  'app/api/auth/[...nextauth]/route.ts': 'open',
  'app/api/health/route.ts': 'open',
  'app/api/ready/route.ts': 'open',
  'app/api/v1/[[...path]]/route.ts': 'by the table of routes',
};

export type AppRoute = { file: string; address: string };

/** What Next answers, from the file system: each file with an address that it serves. */
export async function appRoutes(root: string): Promise<AppRoute[]> {
  const files = await readdir(path.join(root, 'app'), { recursive: true });
  return files
    .filter((file) => /(?:^|\/)(?:page|route)\.tsx?$/.test(file.split(path.sep).join('/')))
    .map((file) => `app/${file.split(path.sep).join('/')}`)
    .map((file) => ({ file, address: addressOf(file) }))
    .sort((a, b) => a.file.localeCompare(b.file));
}

/** `bWFpbg` stands for every dynamic part. */
function addressOf(file: string): string {
  const parts = file.split('/').slice(1, -1);
  const address = parts
    .filter((part) => !/^\(.*\)$/.test(part))
    .map((part) => (part === '[...nextauth]' ? 'session' : /^\[.*\]$/.test(part) ? 'bWFpbg' : part));
  return `/${address.join('/')}`;
}

import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';

/** The rules that code of this text would break if it stood in `file`. */
async function rulesBroken(code: string, file: string): Promise<string[]> {
  const eslint = new ESLint({ cwd: import.meta.dirname, overrideConfigFile: 'eslint.config.mjs' });
  const [result] = await eslint.lintText(code, { filePath: file, warnIgnored: true });
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
}

const ZONES = 'import-x/no-restricted-paths';
const CLIENTS = 'no-restricted-imports';
const CLIENTS_BUT_TYPES = '@typescript-eslint/no-restricted-imports';

describe('what is refused', () => {
  test.each([
    {
      because: 'the vocabulary knows nothing but zod',
      file: 'lib/domain/x.ts',
      code: "import '../config/config';",
      rule: ZONES,
    },
    {
      because: 'configuration comes before connections',
      file: 'lib/config/x.ts',
      code: "import '../redis/connect';",
      rule: ZONES,
    },
    { because: 'connections know no queues', file: 'lib/redis/x.ts', code: "import '../sources/source';", rule: ZONES },
    {
      because: 'stages do not know each other',
      file: 'lib/history/x.ts',
      code: "import '../sources/source';",
      rule: ZONES,
    },
    {
      because: 'alerts judge figures, not sources',
      file: 'lib/alerts/x.ts',
      code: "import '../sources/source';",
      rule: ZONES,
    },
    {
      because: 'metrics are made from a port',
      file: 'lib/metrics/x.ts',
      code: "import '../live/live-mirror';",
      rule: ZONES,
    },
    {
      because: 'a connection may be a Cluster’s',
      file: 'lib/sources/redis/x.ts',
      code: "import type { Redis } from 'ioredis';\nexport type X = Redis;",
      rule: CLIENTS_BUT_TYPES,
    },
    { because: 'marks know no sources', file: 'lib/marks/x.ts', code: "import '../sources/source';", rule: ZONES },
    {
      because: 'the collector knows ports only',
      file: 'lib/collect/x.ts',
      code: "import '../sources/redis/keys';",
      rule: ZONES,
    },
    {
      because: 'actions know ports only',
      file: 'lib/actions/x.ts',
      code: "import '../sources/redis/keys';",
      rule: ZONES,
    },
    {
      because: 'the API acts through one function only',
      file: 'lib/http/api/x.ts',
      code: "import '../../sources/redis/keys';",
      rule: ZONES,
    },
    {
      because: 'the store does not know what is kept in it',
      file: 'lib/store/x.ts',
      code: "import '../history/series';",
      rule: ZONES,
    },
    { because: 'sign-in knows no queues', file: 'lib/auth/x.ts', code: "import '../sources/source';", rule: ZONES },
    {
      because: 'lib is below the processes',
      file: 'lib/runtime/x.ts',
      code: "import '../../workers/setup/step';",
      rule: ZONES,
    },
    {
      because: 'a page reaches lib through its door',
      file: 'app/x.ts',
      code: "import '@/lib/config/env';",
      rule: ZONES,
    },
    {
      because: 'a part of the screen knows the vocabulary only',
      file: 'components/x.ts',
      code: "import '@/lib/config/config';",
      rule: ZONES,
    },
    {
      because: 'components/ui knows no queues',
      file: 'components/ui/x.ts',
      code: "import '@/lib/domain/queue';",
      rule: ZONES,
    },
    {
      because: 'a screen cannot pull a driver into the browser',
      file: 'components/x.tsx',
      code: "import 'ioredis';",
      rule: CLIENTS,
    },
    {
      because: 'not even as a type',
      file: 'app/x.ts',
      code: "import type { Redis } from 'ioredis';\nexport type X = Redis;",
      rule: CLIENTS,
    },
    {
      because: 'the vocabulary names no driver',
      file: 'lib/domain/x.ts',
      code: "import type { Redis } from 'ioredis';\nexport type X = Redis;",
      rule: CLIENTS,
    },
    {
      because: 'history is handed its connection',
      file: 'lib/history/x.ts',
      code: "import { Redis } from 'ioredis';\nnew Redis();",
      rule: CLIENTS_BUT_TYPES,
    },
    {
      because: 'the collector builds no queues',
      file: 'lib/collect/x.ts',
      code: "import { Queue } from 'bullmq';\nnew Queue('x');",
      rule: CLIENTS_BUT_TYPES,
    },
    {
      because: 'the environment is read in one place',
      file: 'lib/http/x.ts',
      code: "console.log(process.env['PORT']);",
      rule: 'no-restricted-syntax',
    },
    {
      because: 'any erases what is known',
      file: 'lib/http/x.ts',
      code: 'export const x = (y: any) => y;',
      rule: '@typescript-eslint/no-explicit-any',
    },
    {
      because: 'a problem of types is solved, not silenced',
      file: 'lib/http/x.ts',
      code: '// @ts-ignore\nexport const x = 1;',
      rule: '@typescript-eslint/ban-ts-comment',
    },
    {
      because: 'a name is the same wherever it is used',
      file: 'lib/http/x.ts',
      code: 'export default 1;',
      rule: 'import-x/no-default-export',
    },
    {
      because: 'types are imported as types',
      file: 'lib/http/x.ts',
      code: "import { Config } from '../config/config';\nexport type X = Config;",
      rule: '@typescript-eslint/consistent-type-imports',
    },
    {
      because: 'hooks keep their order',
      file: 'components/x.tsx',
      code: "import { useState } from 'react';\nexport function X({ a }: { a: boolean }) {\n  if (a) useState(1);\n  return null;\n}",
      rule: 'react-hooks/rules-of-hooks',
    },
  ])('$because ($file)', async ({ code, file, rule }) => expect(await rulesBroken(code, file)).toContain(rule));
});

describe('what stays allowed', () => {
  test.each([
    { because: 'a stage may use the vocabulary', file: 'lib/history/x.ts', code: "import '../domain/queue';" },
    { because: 'a stage may use the configuration', file: 'lib/alerts/x.ts', code: "import '../config/config';" },
    { because: 'the collector may use a port', file: 'lib/collect/x.ts', code: "import '../sources/source';" },
    { because: 'marks match patterns as alert rules do', file: 'lib/marks/x.ts', code: "import '../alerts/pattern';" },
    { because: 'the collector notices marks', file: 'lib/collect/x.ts', code: "import '../marks/observed-marks';" },
    { because: 'the runtime knows them all', file: 'lib/runtime/x.ts', code: "import '../sources/redis/keys';" },
    {
      because: 'a stage may name the type of what it is handed',
      file: 'lib/history/x.ts',
      code: "import type { Redis } from '../redis/connection';\nexport type X = Redis;",
    },
    { because: 'a source talks to its broker', file: 'lib/sources/x.ts', code: "import 'bullmq';" },
    { because: 'a page may use its door', file: 'app/x.ts', code: "import '@/lib/server';" },
    {
      because: 'a part of the screen may use the vocabulary',
      file: 'components/x.ts',
      code: "import '@/lib/domain/queue';",
    },
    {
      because: 'a page is a default export',
      file: 'app/x/page.tsx',
      code: 'export default function Page() {\n  return null;\n}',
    },
    { because: 'a process reads its environment', file: 'workers/x.ts', code: "console.log(process.env['PORT']);" },
    { because: 'a test may reach for anything', file: 'lib/history/x.test.ts', code: "import '../sources/source';" },
  ])('$because ($file)', async ({ code, file }) => expect(await rulesBroken(code, file)).toEqual([]));
});

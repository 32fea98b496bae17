import { readFile, access } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';

const read = (file: string) => readFile(path.join(import.meta.dirname, file), 'utf8');

test('every test and file that the security pages name exists', async () => {
  for (const page of ['SECURITY.md', 'docs/operations.md']) {
    const named = [
      ...(await read(page)).matchAll(
        /`((?:lib|e2e|app|components|docs|workers)\/[\w./()[\]-]+\.(?:tsx?|md|service|conf))`/g,
      ),
    ];
    const files = new Set(named.map((match) => match[1] ?? ''));
    const missing: string[] = [];
    for (const file of files)
      await access(path.join(import.meta.dirname, file)).catch(() => missing.push(`${page}: ${file}`));
    expect(missing).toEqual([]);
  }
});

test('each requirement of the table names what shows it, or says that it is a review or not met', async () => {
  const table = (await read('SECURITY.md')).split('## OWASP ASVS')[1]?.split('\n## ')[0] ?? '';
  const rows = table.split('\n').filter((line) => /^\| \d/.test(line));
  expect(rows.length).toBeGreaterThan(40);
  for (const row of rows) {
    const [requirement, how = '', shown = ''] = row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''));
    const isSaid = shown.includes('`') || /review|^–/.test(shown) || /Not met|Left to you/.test(how);
    expect(isSaid, requirement).toBe(true);
  }
});

test('what the guide says about variables is read by the configuration', async () => {
  const config = `${await read('lib/config/load-config.ts')}${await read('lib/config/env.ts')}`;
  const names = new Set(
    [...(await read('docs/operations.md')).matchAll(/\bTAILBACK_[A-Z_]+[A-Z]\b/g)].map(([name]) => name),
  );
  const unread = [...names].filter((name) => !config.includes(`'${name.replace(/_FILE$/, '')}'`));
  // Of a worker's shell and of examples, not of Tailback.
  expect(unread.filter((name) => !/^TAILBACK_(?:CHROMIUM|TEST_.*)$/.test(name))).toEqual([]);
});

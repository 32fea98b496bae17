import { expect, test } from 'vitest';
import { foldStack, parseStack } from './parse-stack';

test.each([
  { line: 'Error: connect ECONNREFUSED', kind: 'message', because: 'the message is no frame' },
  { line: '    at sendMail (/srv/app/src/mail.ts:42:11)', kind: 'own', because: 'a file of the project is one’s own' },
  {
    line: '    at Worker.run (/srv/app/node_modules/bullmq/dist/worker.js:394:28)',
    kind: 'foreign',
    because: 'a package is not',
  },
  {
    line: '    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1595:16)',
    kind: 'foreign',
    because: 'nor is Node',
  },
  { line: '    at node:internal/main/run_main_module:28:49', kind: 'foreign', because: 'nor is Node without brackets' },
  { line: '    at new Promise (<anonymous>)', kind: 'foreign', because: 'nor is what has no file' },
  { line: 'Cause: at least one host was down', kind: 'message', because: 'a message may hold the word “at”' },
])('$because', ({ line, kind }) => expect(parseStack(line)).toEqual([{ text: line, kind }]));

test('frames of libraries in a row fold, two of them or a stack without own frames do not', () => {
  const library = (count: number) =>
    Array.from({ length: count }, (_, n) => `    at f${n} (/app/node_modules/x/y.js:1:${n})`);
  const own = '    at work (/app/src/work.ts:3:1)';
  const parts = foldStack(parseStack(['Error: no', ...library(2), own, ...library(300)].join('\n')));
  expect(parts.map(({ lines, isFolded, from }) => [from, lines.length, isFolded])).toEqual([
    [0, 1, false],
    [1, 2, false],
    [3, 1, false],
    [4, 300, true],
  ]);
  expect(foldStack(parseStack(['Error: no', ...library(9)].join('\n'))).some(({ isFolded }) => isFolded)).toBe(false);
});

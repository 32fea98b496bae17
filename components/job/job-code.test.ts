import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { codeOf, type CodeSource } from './job-code';

const HOSTILE = `'; rm -rf / #"\`$(id)\${x}\\ </script>\u2028 \ud800 !! \n`;
const source = (more: Partial<CodeSource> = {}): CodeSource => ({
  queue: { source: 'main', namespace: HOSTILE, name: HOSTILE },
  queueKey: 'a2V5',
  name: HOSTILE,
  data: JSON.stringify({ [HOSTILE]: [HOSTILE, null, 1.5] }),
  options: JSON.stringify({ attempts: 3, delay: 5, jobId: 'x', timestamp: 1, backoff: { type: 'fixed', delay: 9 } }),
  ...more,
});

/** Runs the code with stand-ins for the library and reports what it was called with. */
async function run(code: string): Promise<unknown[]> {
  const calls: unknown[] = [];
  class Queue {
    constructor(...args: unknown[]) {
      calls.push(args);
    }
    async add(...args: unknown[]) {
      calls.push(args);
      return { id: '1' };
    }
    async close() {}
  }
  const plain = code.replace("import { Queue } from 'bullmq';", '');
  const AsyncFunction = (async () => undefined).constructor as new (
    ...args: string[]
  ) => (...args: unknown[]) => Promise<void>;
  const globals = [{ env: { REDIS_URL: 'redis://r' } }, { log: () => undefined }];
  if (plain.startsWith('\n')) await new AsyncFunction('Queue', 'process', 'console', plain)(Queue, ...globals);
  else await new AsyncFunction('require', 'process', 'console', plain)(() => Queue, ...globals);
  return calls;
}

describe.each(['bull', 'bullmq'] as const)('%s code', (target) => {
  test('hostile names and data arrive unchanged', async () => {
    const { queue, name, data } = source();
    const [made, added] = await run(codeOf(target, source(), 'http://host'));
    expect(made).toEqual(
      target === 'bull'
        ? [queue.name, 'redis://r', { prefix: queue.namespace }]
        : [queue.name, { prefix: queue.namespace, connection: { url: 'redis://r' } }],
    );
    expect(added).toEqual([name, JSON.parse(data), { attempts: 3, backoff: { type: 'fixed', delay: 9 } }]);
  });

  test('a key called __proto__ stays a key, and data that is no JSON becomes text', async () => {
    for (const data of ['{"__proto__": {"x": 1}}', '{"\\u005f_proto__": {"x": 1}}']) {
      const [, added] = await run(codeOf(target, source({ data }), 'http://host'));
      expect(Object.keys((added as [string, object])[1])).toEqual(['__proto__']);
    }
    const [, added] = await run(codeOf(target, source({ data: '{not json', options: '[[[' }), 'http://host'));
    expect(added).toEqual([HOSTILE, '{not json']);
  });
});

test('the shell passes the body to curl unchanged', () => {
  const code = codeOf('curl', source(), `http://host'$(id)`);
  const words = execFileSync('sh', ['-c', code.replace(/^curl /, 'printf "%s\\0" ')], {
    env: { ...process.env, TAILBACK_TOKEN: 't0' },
  })
    .toString()
    .split('\0');
  expect(words[0]).toBe(`http://host'$(id)/api/v1/queues/a2V5/jobs`);
  expect(words[2]).toBe('Authorization: Bearer t0');
  expect(JSON.parse(words.at(-2) ?? '')).toEqual({
    name: HOSTILE,
    data: JSON.parse(source().data),
    opts: { attempts: 3, backoff: { type: 'fixed', delay: 9 } },
  });
});

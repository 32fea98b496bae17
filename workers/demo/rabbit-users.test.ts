import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { userCommands } from './rabbit-users';

test('the commands that the demo runs are those of the documentation', () => {
  const docs = readFileSync(path.join(import.meta.dirname, '../../docs/rabbitmq.md'), 'utf8');
  for (const [command = '', ...args] of userCommands(() => 'PASSWORD')) {
    const quoted = args.map((word) => (/^[\w./-]+$/.test(word) ? word : `'${word}'`));
    expect(docs).toContain(`rabbitmqctl ${[command, ...quoted].join(' ')}`);
  }
});

import { expect, test } from 'vitest';
import { withReferences } from './references';

const env: Record<string, string> = { KEY: 's3cret', HOST: 'mail.example' };
function resolve(value: unknown) {
  const problems: string[] = [];
  const result = withReferences(
    value,
    (name) => env[name],
    ({ path, message }) => problems.push(`${path.join('.')}: ${message}`),
  );
  return { result, problems };
}

test('names are replaced wherever they stand in a text', () =>
  expect(resolve([{ kind: 'email', host: 'smtp.${HOST}', password: '${KEY}', port: 25 }])).toEqual({
    result: [{ kind: 'email', host: 'smtp.mail.example', password: 's3cret', port: 25 }],
    problems: [],
  }));

test('what is replaced is not read again', () =>
  expect(
    withReferences(
      '${A}',
      (name) => (name === 'A' ? '${KEY}' : 'never'),
      () => {},
    ),
  ).toBe('${KEY}'));

test.each([
  { value: { secret: 'in the open' }, path: 'secret' },
  { value: { kind: 'slack', url: 'https://hooks.slack.com/services/T/B/x' }, path: 'url' },
  { value: { routingKey: 'x${KEY}' }, path: 'routingKey' },
])('a secret that stands in the file is refused: $path', ({ value, path }) => {
  const { problems } = resolve(value);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(new RegExp(`^${path}: this is a secret`));
  expect(problems[0]).not.toMatch(/in the open|services/);
});

test('a name without a value is named', () =>
  expect(resolve({ password: '${NOBODY}' }).problems).toEqual([
    'password: NOBODY is not set, and neither is NOBODY_FILE',
  ]));

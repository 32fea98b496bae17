import { expect, test } from 'vitest';
import { configurationVariables } from './configuration';
import { runCommand } from './run-command';

test('a command is run without the variables that are taken out, as the build is without our configuration', async () => {
  const env = {
    ...process.env,
    TAILBACK_TOKEN: 'x',
    REDIS_URL_FILE: 'x',
    RABBITMQ_AMQP_URL: 'x',
    PORT: '1',
    PATH: 'x',
  };
  const names = configurationVariables(env).filter((name) => env[name as keyof typeof env] === 'x' || name === 'PORT');
  expect(names.sort()).toEqual(['PORT', 'RABBITMQ_AMQP_URL', 'REDIS_URL_FILE', 'TAILBACK_TOKEN']);
  process.env['TAILBACK_TEST_SECRET'] = 'planted';
  try {
    const print = ['-e', 'process.stdout.write(String(process.env.TAILBACK_TEST_SECRET))'];
    const run = (value?: { TAILBACK_TEST_SECRET: undefined }) =>
      runCommand(process.execPath, print, { env: { ...value } });
    expect((await run()).stdout).toBe('planted');
    expect((await run({ TAILBACK_TEST_SECRET: undefined })).stdout).toBe('undefined');
  } finally {
    delete process.env['TAILBACK_TEST_SECRET'];
  }
});

import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { buildIfNeeded } from '../setup/build-if-needed';
import { findChromium } from '../setup/find-chromium';
import { findRabbitMq } from '../setup/find-rabbitmq';
import { findRedis } from '../setup/find-redis';
import { PROJECT_FOLDER } from '../setup/supervise';
import { runTool, type CheckStep } from './run-step';
import { readReport, REPORT_VARIABLE, type TestReport } from './test-report';

const MINUTE = 60_000;
const REPORTS = path.join(PROJECT_FOLDER, '.cache', 'checks');
const BIN = {
  next: 'node_modules/next/dist/bin/next',
  tsc: 'node_modules/typescript/bin/tsc',
  eslint: 'node_modules/eslint/bin/eslint.js',
  prettier: 'node_modules/prettier/bin/prettier.cjs',
  vitest: 'node_modules/vitest/vitest.mjs',
  playwright: 'node_modules/@playwright/test/cli.js',
};
const NO_TESTS: TestReport = { passed: 0, failed: [], flaky: [] };

export const types: CheckStep = {
  title: 'types (next typegen, tsc)',
  limitMs: 4 * MINUTE,
  async run(limitMs) {
    await mustPass(BIN.next, ['typegen'], limitMs, { NEXT_TELEMETRY_DISABLED: '1' });
    return mustPass(BIN.tsc, ['--noEmit'], limitMs);
  },
};

export const lint: CheckStep = {
  title: 'lint (eslint, with the import rules)',
  limitMs: 4 * MINUTE,
  run: (limitMs) => mustPass(BIN.eslint, ['.', '--max-warnings', '0'], limitMs),
};

export const format: CheckStep = {
  title: 'format (prettier)',
  limitMs: 4 * MINUTE,
  run: (limitMs) => mustPass(BIN.prettier, ['--check', '--log-level', 'warn', '.'], limitMs),
};

export const unit = vitestStep('unit', 'unit tests (vitest)', 4 * MINUTE);
export const redis = vitestStep('redis', 'contract tests on a real Redis (vitest)', 11 * MINUTE);
export const rabbit = vitestStep('rabbit', 'tests on a real RabbitMQ (vitest)', 5 * MINUTE);

export const redisServer: CheckStep = {
  title: 'Redis server for the tests',
  limitMs: 5 * MINUTE,
  async run() {
    const { file, version } = await findRedis();
    console.log(`Redis ${version}: ${file}`);
    return { ...NO_TESTS, note: version };
  },
};

export const rabbitServer: CheckStep = {
  title: 'RabbitMQ server for the tests',
  limitMs: 5 * MINUTE,
  async run() {
    const { scripts, version } = await findRabbitMq();
    console.log(`RabbitMQ ${version}: ${scripts}`);
    return { ...NO_TESTS, note: version };
  },
};

export const build: CheckStep = {
  title: 'build (next build)',
  limitMs: 6 * MINUTE,
  async run() {
    // Looked for in the whole build by e2e/contained.e2e.ts.
    const planted = ['TAILBACK_SECRET', 'TAILBACK_TOKEN', 'REDIS_URL', 'RABBITMQ_URL'];
    for (const name of planted) process.env[name] = `planted-at-the-build-${name}`;
    const note = await buildIfNeeded();
    for (const name of planted) delete process.env[name];
    console.log(note);
    return { ...NO_TESTS, note };
  },
};

export const browser: CheckStep = {
  title: 'browser tests (playwright, Chromium)',
  limitMs: 13 * MINUTE,
  async run(limitMs) {
    const chromium = await findChromium();
    const report = await emptyReport('browser');
    const env = { TAILBACK_CHROMIUM: chromium, [REPORT_VARIABLE]: report };
    const reporters = 'list,./workers/checks/playwright-reporter.ts';
    const code = await runTool(BIN.playwright, ['test', `--reporter=${reporters}`], limitMs, env);
    return readReport(report, code);
  },
};

function vitestStep(project: string, title: string, limitMs: number): CheckStep {
  return {
    title,
    limitMs,
    async run(remainingMs) {
      const report = await emptyReport(project);
      const reporters = ['--reporter=default', '--reporter=./workers/checks/vitest-reporter.ts'];
      const args = ['run', '--project', project, ...reporters];
      const code = await runTool(BIN.vitest, args, remainingMs, { [REPORT_VARIABLE]: report });
      return readReport(report, code);
    },
  };
}

async function mustPass(
  command: string,
  args: readonly string[],
  limitMs: number,
  env?: Readonly<Record<string, string>>,
) {
  const code = await runTool(command, args, limitMs, env);
  if (code !== 0) throw new Error(`${path.basename(command)} ended with code ${code}`);
  return NO_TESTS;
}

async function emptyReport(name: string): Promise<string> {
  await mkdir(REPORTS, { recursive: true });
  const file = path.join(REPORTS, `${name}.json`);
  await rm(file, { force: true });
  return file;
}

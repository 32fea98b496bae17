import path from 'node:path';
import { defineConfig } from 'vitest/config';

const ignored = ['**/node_modules/**', '**/.next/**', '**/*.e2e.ts'];
const alias = {
  '@': import.meta.dirname,
  // The real package throws outside Next's bundler, which is its purpose there and a hindrance in tests.
  'server-only': path.join(import.meta.dirname, 'workers/checks/empty-module.ts'),
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...ignored, '**/*.redis.test.ts', '**/*.rabbit.test.ts'],
          testTimeout: 15_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'redis',
          include: ['**/*.redis.test.ts'],
          exclude: ignored,
          globalSetup: ['workers/checks/redis-for-tests.ts'],
          // What must be quick has limits of its own in its test; this only ends what hangs.
          testTimeout: 90_000,
          hookTimeout: 30_000,
          // Most of their time is waiting. More at a time would break the time limits of stalls and leases on two cores.
          maxWorkers: 4,
          // Trials that run beside each other have collector processes of their own.
          maxConcurrency: 3,
          // Stalls, leases and failovers have time limits of their own, which a machine under load may miss. What needed
          // a second try is named at the end of a run.
          retry: 1,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'rabbit',
          include: ['**/*.rabbit.test.ts'],
          exclude: ignored,
          globalSetup: ['workers/checks/redis-for-tests.ts', 'workers/checks/rabbit-for-tests.ts'],
          testTimeout: 90_000,
          hookTimeout: 30_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});

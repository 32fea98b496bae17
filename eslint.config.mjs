import path from 'node:path';
import importX from 'eslint-plugin-import-x';
import { createNodeResolver } from 'eslint-plugin-import-x/node-resolver';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const root = import.meta.dirname;

// ── Who may import whom. The folder list is the way of the data; the rules keep it one way. ──

/** Files that say what a stage offers: other stages know these, never what is behind them. */
const PORTS = {
  sources: './sources/source.ts',
  scan: './sources/job-scan.ts',
  schedulers: './sources/schedulers.ts',
  controls: './sources/controls.ts',
  bulk: './sources/bulk-jobs.ts',
  messages: './sources/messages.ts',
  publication: './live/publication.ts',
};
/** What a failure is of, told from its texts: pure, and the same for all who ask. */
const FINGERPRINT = ['./failures/fingerprint.ts', './failures/stack.ts', './failures/title.ts'];
const stage = (name, ...others) => ({
  target: `./lib/${name}`,
  from: './lib',
  except: ['./domain', './config', './redis', './store', `./${name}`, ...others],
  message: `lib/${name} knows the vocabulary, the configuration, its connections, the store, itself and ports. lib/runtime joins the stages.`,
});
const zones = [
  {
    target: './lib/domain',
    from: ['./lib', './app', './components', './workers'],
    except: ['./domain'],
    message: 'The vocabulary knows nothing but zod.',
  },
  {
    target: './lib/config',
    from: './lib',
    except: ['./domain', './config'],
    message: 'Configuration comes before everything else.',
  },
  {
    target: './lib/redis',
    from: './lib',
    except: ['./domain', './config', './redis'],
    message: 'Connections know no queues.',
  },
  {
    target: './lib/store',
    from: './lib',
    except: ['./domain', './config', './redis', './store'],
    message: 'The store knows keys and leases, not what is kept in them.',
  },
  stage('sources', ...FINGERPRINT, './search'),
  {
    target: './lib/search',
    from: './lib',
    except: ['./domain', './search'],
    message: 'The language of searches is pure: the browser and every process read it alike.',
  },
  stage('failures', PORTS.sources),
  stage(
    'operations',
    PORTS.sources,
    PORTS.scan,
    PORTS.bulk,
    PORTS.messages,
    PORTS.controls,
    ...FINGERPRINT,
    './actions/perform.ts',
    './search',
  ),
  stage('redact', PORTS.sources, PORTS.scan),
  stage('history'),
  stage('alerts', './channels/dispatcher.ts', './channels/dispatch-state.ts', './schedules'),
  stage('channels'),
  stage('live'),
  stage('metrics'),
  stage('marks'),
  stage('diagnose', PORTS.sources, './schedules'),
  stage('auth', './host.ts'),
  stage('actions', PORTS.sources),
  stage(
    'collect',
    PORTS.sources,
    './sources/position.ts',
    PORTS.publication,
    './history',
    './failures',
    './marks',
    './alerts/alert-engine.ts',
    './channels/heartbeat.ts',
    './alerts/history-store.ts',
    './alerts/settings-store.ts',
    './diagnose',
    './schedules/run-record.ts',
  ),
  stage('arena', PORTS.sources, './http/gate'),
  stage(
    'http',
    PORTS.sources,
    PORTS.scan,
    './actions/perform.ts',
    './history',
    './failures',
    './operations',
    './live',
    './marks',
    './channels/channel-desk.ts',
    './alerts',
    './redact',
    './search',
    './diagnose/active-jobs.ts',
    './schedules',
    PORTS.schedulers,
    PORTS.messages,
    './host.ts',
    './auth',
  ),
  {
    target: './lib',
    from: ['./app', './components', './workers'],
    message: 'lib is below the screens and the processes.',
  },
  {
    target: './app',
    from: './lib',
    except: ['./domain', './server.ts', './host.ts'],
    message: 'Pages and routes reach lib through lib/server.ts.',
  },
  { target: './app', from: './workers', message: 'Pages do not know the processes.' },
  {
    target: './components',
    from: './lib',
    except: ['./domain', './search'],
    message: 'Code of the browser knows the vocabulary and the language of searches only.',
  },
  {
    target: './components',
    from: ['./app', './workers'],
    message: 'Components are used by pages, not the other way round.',
  },
  {
    target: './components/ui',
    from: ['./lib', './components'],
    except: ['./ui', './format'],
    message: 'components/ui knows no queues.',
  },
];

/** Client libraries of brokers stay where brokers are talked to. */
const BROKER_CLIENTS = ['ioredis', 'bull', 'bullmq', 'bullmq5', 'bull-arena', 'amqplib'];
const TALKS_TO_BROKERS = [
  'lib/redis/**',
  'lib/sources/**',
  'lib/arena/**',
  'workers/demo/**',
  'workers/bench/**',
  'workers/drill/**',
];
/** One server's connection is not every connection. */
const CONNECTION_TYPE = {
  name: 'ioredis',
  message: 'Take the type Redis from lib/redis/connection: it may be one server, Sentinels’ master or a Cluster.',
};

// ── Who may have a default export: files whose reader demands one. ──
const WANTS_DEFAULT = [
  'workers/checks/*-reporter.ts',
  'app/**/{page,layout,template,loading,error,not-found,global-error,default,icon,opengraph-image}.tsx',
  'app/**/{robots,sitemap,manifest}.ts',
  'workers/checks/{redis,rabbit}-for-tests.ts',
  '*.config.{ts,mjs}',
  '**/*.d.ts',
];

const TESTS = ['**/*.test.ts', '**/*.test.tsx', '**/*.contract.ts', 'e2e/**', 'lib/testing/**'];
const ENVIRONMENT = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'The environment is read once, in lib/config/env.ts, and handed on as a Config.',
};

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      '.next/',
      'next-env.d.ts',
      'test-results/',
      'playwright-report/',
      '.tailback/',
      '.cache/',
    ],
  },
  {
    files: ['**/*.{ts,tsx,mts,mjs,js}'],
    extends: [tseslint.configs.recommended],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.tsx', '.mjs', '.js'],
      'import-x/external-module-folders': ['node_modules'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/resolver-next': [
        createNodeResolver({
          extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'],
          conditionNames: ['import', 'require', 'node', 'default'],
          tsconfig: { configFile: path.join(root, 'tsconfig.json') },
        }),
      ],
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', prefer: 'type-imports' },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', caughtErrors: 'none', ignoreRestSiblings: true },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': ['error', ENVIRONMENT],
      'import-x/no-default-export': 'error',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-restricted-paths': ['error', { basePath: root, zones }],
      'no-restricted-imports': [
        'error',
        {
          paths: BROKER_CLIENTS.map((name) => ({
            name,
            message: 'Only the rooms that talk to a broker import its client.',
            allowTypeImports: false,
          })),
        },
      ],
    },
  },
  { files: TALKS_TO_BROKERS, rules: { 'no-restricted-imports': 'off' } },
  {
    // Code that takes only one server's connection does not compile when it is handed a Cluster's.
    files: ['lib/sources/**/*.ts', 'lib/arena/**/*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths: [CONNECTION_TYPE] }] },
  },
  {
    // Types cost nothing at run time: those who are handed a connection may name its type.
    files: ['lib/**/*.ts', 'workers/**/*.ts'],
    ignores: [...TALKS_TO_BROKERS, 'lib/domain/**'],
    rules: {
      'no-restricted-imports': 'off',
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: BROKER_CLIENTS.map((name) =>
            name === 'ioredis'
              ? CONNECTION_TYPE
              : {
                  name,
                  allowTypeImports: true,
                  message: 'Only the rooms that talk to a broker import its client.',
                },
          ),
        },
      ],
    },
  },
  {
    files: ['app/**/*.{ts,tsx}', 'components/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
    // It warns of packages that the React Compiler must skip; we do not compile with it.
    rules: { 'react-hooks/incompatible-library': 'off' },
  },
  { files: ['lib/config/env.ts', 'workers/**', '*.config.{ts,mjs}'], rules: { 'no-restricted-syntax': 'off' } },
  { files: WANTS_DEFAULT, rules: { 'import-x/no-default-export': 'off' } },
  {
    // Tests put parts together that must not know each other.
    files: TESTS,
    rules: {
      'import-x/no-restricted-paths': 'off',
      'no-restricted-imports': 'off',
      '@typescript-eslint/no-restricted-imports': 'off',
      'no-restricted-syntax': 'off',
    },
  },
);

#!/usr/bin/env node
// Runs one TypeScript entry on a fresh clone: `node workers/bootstrap.mjs workers/start.ts [arguments]`.
// Plain JavaScript without any package, because no package is there yet when it starts.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const marker = path.join(root, 'node_modules', '.tailback-lock-hash');
const OLDEST_NODE = [20, 9];
const INSTALL_LIMIT_MS = 10 * 60_000;

checkNode();
await installPackages();
await runEntry(process.argv.slice(2));

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  stop(
    `Tailback needs Node.js ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node} (${process.execPath}).`,
  );
}

/** `npm ci` when packages are missing or other ones than `package-lock.json` names. */
async function installPackages() {
  const lock = readFileSync(path.join(root, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  if (existsSync(marker) && readFileSync(marker, 'utf8').trim() === hash) return;
  if (!isInstalled(JSON.parse(lock.toString('utf8')))) {
    const start = Date.now();
    process.stdout.write('• packages: npm ci …\n');
    const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
    const npm = process.env.npm_execpath;
    const isScript = npm !== undefined && /\.c?js$/.test(npm);
    const [command, commandArgs] = isScript ? [process.execPath, [npm, ...args]] : ['npm', args];
    const code = await run(command, commandArgs, INSTALL_LIMIT_MS);
    if (code !== 0) stop('Installing the packages failed ("npm ci", see above). Is the npm registry reachable?');
    process.stdout.write(`• packages: installed in ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
  }
  try {
    writeFileSync(marker, `${hash}\n`);
  } catch {
    // Deployed into a folder that cannot be written: then it is compared at every start.
  }
}

/**
 * Does npm's own record of `node_modules` agree with the lock file? npm writes it last, so a broken install has none.
 * In production the packages for development may be missing.
 */
function isInstalled(lock) {
  try {
    const hidden = JSON.parse(readFileSync(path.join(root, 'node_modules', '.package-lock.json'), 'utf8'));
    return Object.entries(lock.packages).every(([where, wanted]) => {
      if (where === '' || wanted.optional || wanted.peer) return true;
      if (wanted.dev && process.env.NODE_ENV === 'production') return true;
      return hidden.packages[where]?.version === wanted.version;
    });
  } catch {
    return false;
  }
}

/** Runs the entry until it ends, hands signals on and ends as it ended. */
async function runEntry([entry, ...args]) {
  if (!entry) stop('Usage: node workers/bootstrap.mjs <entry.ts> [arguments]');
  process.exitCode = await run(process.execPath, ['--import', 'tsx', entry, ...args]);
}

/** @returns {Promise<number>} exit code, 128 + signal number when a signal ended it */
function run(command, args, limitMs = 0) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...(limitMs > 0 ? { timeout: limitMs } : {}) });
    const forward = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    const end = (code) => {
      for (const signal of signals) process.off(signal, forward);
      resolve(code);
    };
    child.once('error', (error) => {
      process.stderr.write(`Cannot run ${command}: ${error.message}\n`);
      end(127);
    });
    child.once('exit', (code, signal) => end(code ?? 128 + (signal ? (constants.signals[signal] ?? 0) : 0)));
  });
}

function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

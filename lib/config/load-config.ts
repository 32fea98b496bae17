import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BUILT_IN_ROLES } from '../domain/permissions';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { DEFAULT_ALERTS } from './default-alerts';
import { withReferences } from './references';
import { readOnlyOf, whyAllIsReadOnly } from './read-only';
import { whyNotRedisUrl, withoutPassword } from './redis-address';
import { rabbitSources } from './rabbit-source';
import { ConfigError, configFileSchema, sourceConfigSchema, type Config, type ConfigFile } from './config';

type Env = Record<string, string | undefined>;

/** Loopback, private ranges (RFC 1918), unique local and link-local IPv6. 100.64.0.0/10 (carrier NAT, some VPNs) must be named. */
export const DEFAULT_ALLOWED_CIDRS = [
  '127.0.0.0/8',
  '::1/128',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
  'fe80::/10',
];

/**
 * Reads the environment and the configuration file. Called once, at the start of a process.
 * @throws ConfigError naming every variable or path that is wrong
 */
export function loadConfig(env: Env, cwd: string): Config {
  const problems: string[] = [];
  const read = reader(env, problems);
  const file = readConfigFile(env, cwd, problems, read.text);

  const sources = [...file.sources];
  const redisUrl = read.text('REDIS_URL');
  if (redisUrl !== undefined) {
    const parsed = sourceConfigSchema.safeParse({
      name: sources.some(({ name }) => name === 'main') ? 'env' : 'main',
      url: redisUrl,
    });
    if (parsed.success) sources.unshift(parsed.data);
    else problems.push(`REDIS_URL: found ${quote(withoutPassword(redisUrl))}, ${reasons(parsed.error)}`);
  }
  sources.push(...rabbitSources(read.text, sources, problems));
  const readOnly = read.text('TAILBACK_READ_ONLY');
  const readOnlyReason = whyAllIsReadOnly(readOnly === undefined ? file.readOnly : readOnlyOf(readOnly));
  for (const name of duplicates(sources.map((source) => source.name)))
    problems.push(`sources: the name ${quote(name)} is used twice; names must differ`);

  const storeUrl = read.redisUrl('TAILBACK_STORE_URL') ?? sources.find(({ kind }) => kind === 'redis')?.url;
  if (sources.length === 0 && problems.length === 0)
    problems.push(
      'no source: set REDIS_URL (or start with --redis redis://host:6379) or RABBITMQ_URL, or list "sources" in tailback.config.json',
    );
  else if (storeUrl === undefined && problems.length === 0)
    problems.push(
      'TAILBACK_STORE_URL: missing; history, alerts and the audit log are kept in a Redis, and no source is one. ' +
        'Set it to one that Tailback may write to (keys under tailback: only)',
    );

  const host = read.text('HOST') ?? '127.0.0.1';
  const port = read.integer('PORT', 1, 65_535) ?? 3000;
  const publicUrl = (read.url('TAILBACK_URL', ['http:', 'https:']) ?? `http://${urlHost(host)}:${port}`).replace(
    /\/+$/,
    '',
  );
  const secret = read.text('TAILBACK_SECRET') ?? null;
  if (secret !== null && secret.length < 32)
    problems.push(`TAILBACK_SECRET: found ${secret.length} characters, expected at least 32 random ones`);
  const adminPassword = read.text('TAILBACK_ADMIN_PASSWORD') ?? null;
  if (adminPassword !== null && adminPassword.length < 10)
    problems.push(`TAILBACK_ADMIN_PASSWORD: found ${adminPassword.length} characters, expected at least 10`);
  const token = read.text('TAILBACK_TOKEN') ?? null;
  if (token !== null && token.length < 20)
    problems.push(`TAILBACK_TOKEN: found ${token.length} characters, expected at least 20 random ones`);
  const adminEmail = (read.text('TAILBACK_ADMIN_EMAIL') ?? 'admin@localhost').toLowerCase();
  if (!/^[^\s@]+@[^\s@]+$/.test(adminEmail))
    problems.push(`TAILBACK_ADMIN_EMAIL: found ${quote(adminEmail)}, expected an address such as ops@example.com`);

  const config: Config = {
    sources: readOnlyReason === null ? sources : sources.map((source) => ({ ...source, readOnly: readOnlyReason })),
    storeUrl: storeUrl ?? '',
    host,
    port,
    publicUrl,
    secret,
    adminEmail,
    adminPassword,
    token,
    allowedCidrs: read.cidrs('TAILBACK_ALLOWED_CIDRS') ?? DEFAULT_ALLOWED_CIDRS,
    trustedProxies: read.cidrs('TAILBACK_TRUSTED_PROXIES') ?? [],
    allowedHosts: [
      hostnameOf(publicUrl),
      ...(read.list('TAILBACK_ALLOWED_HOSTS') ?? []).map((name) => name.toLowerCase()),
    ],
    metricsAllowedCidrs: read.cidrs('TAILBACK_METRICS_ALLOWED_CIDRS') ?? null,
    metricsMaxQueues: read.integer('TAILBACK_METRICS_MAX_QUEUES', 1, 100_000) ?? 2_000,
    environment: read.text('TAILBACK_ENVIRONMENT') ?? null,
    readOnlyReason,
    logLevel:
      read.choice('TAILBACK_LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const) ??
      'info',
    dataDir: path.resolve(cwd, read.text('TAILBACK_DATA_DIR') ?? '.tailback'),
    storeMaxMb: read.integer('TAILBACK_STORE_MAX_MB', 1, 1_048_576) ?? 256,
    alerts: file.alerts ?? DEFAULT_ALERTS,
    areAlertsBuiltIn: file.alerts === undefined,
    alertCheckSeconds: file.alertCheckSeconds,
    channels: file.channels,
    heartbeat: file.heartbeat ?? null,
    retention: file.retention,
    roles: file.roles,
    elevations: elevations(file, problems),
    oidc: oidc(file, read.text('TAILBACK_OIDC_CLIENT_SECRET'), problems),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function elevations({ elevations: rules, roles }: ConfigFile, problems: string[]): Config['elevations'] {
  const known: string[] = [...BUILT_IN_ROLES, ...roles.map(({ name }) => name)];
  for (const role of rules.flatMap((rule) => [rule.role, rule.to]))
    if (!known.includes(role))
      problems.push(`elevations: found the role ${quote(role)}, expected one of ${known.join(', ')}`);
  return rules;
}

function oidc(file: ConfigFile, clientSecret: string | undefined, problems: string[]): Config['oidc'] {
  if (!file.oidc) return null;
  if (clientSecret === undefined)
    problems.push('TAILBACK_OIDC_CLIENT_SECRET: missing; the configuration file has oidc, which needs it');
  const known = [...BUILT_IN_ROLES, ...file.roles.map(({ name }) => name)];
  for (const role of [...Object.values(file.oidc.groups), file.oidc.defaultRole])
    if (role !== null && !known.includes(role))
      problems.push(`oidc: found the role ${quote(role)}, expected one of ${known.join(', ')}`);
  return { ...file.oidc, clientSecret: clientSecret ?? '' };
}

/** The roles of the configuration file, for commands that need nothing else of it. @throws ConfigError */
export function rolesIn(env: Env, cwd: string): ConfigFile['roles'] {
  const problems: string[] = [];
  const { roles } = readConfigFile(env, cwd, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return roles;
}

/** @param secret reads what `${NAME}` stands for; without it, what needs such names is left out */
function readConfigFile(
  env: Env,
  cwd: string,
  problems: string[],
  secret?: (name: string) => string | undefined,
): ConfigFile {
  const named = env['TAILBACK_CONFIG'];
  const file = path.resolve(cwd, named || 'tailback.config.json');
  const empty = configFileSchema.parse({});
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (named || (error as NodeJS.ErrnoException).code !== 'ENOENT')
      problems.push(`${named ? 'TAILBACK_CONFIG' : file}: cannot read ${quote(file)} (${(error as Error).message})`);
    return empty;
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    problems.push(`${file}: not JSON (${(error as Error).message})`);
    return empty;
  }
  const resolved = withSecrets(json, file, problems, secret);
  if (resolved === null) return empty;
  const parsed = configFileSchema.safeParse(resolved);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const found = valueAt(json, issue.path);
    const where = issue.path.length === 0 ? '' : `${z.core.toDotPath(issue.path)}: `;
    const isSecret = ['url', 'amqpUrl'].includes(String(issue.path.at(-1)));
    const isUnshown = issue.path.some((part) => REFERRING.includes(String(part)));
    const foundText =
      typeof found === 'object' || found === undefined || isUnshown
        ? ''
        : `found ${quote(isSecret ? withoutPassword(String(found)) : String(found))}, `;
    problems.push(`${file}: ${where}${foundText}${issue.message}`);
  }
  return empty;
}

/** Parts of the file that may refer to the environment. What they hold is not repeated in messages. */
const REFERRING = ['channels', 'heartbeat'];

/** The file with its references replaced; `null` when one of them is wrong. */
function withSecrets(
  json: unknown,
  file: string,
  problems: string[],
  secret: ((name: string) => string | undefined) | undefined,
): unknown {
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json);
  if (!secret) return Object.fromEntries(entries.filter(([key]) => !REFERRING.includes(key)));
  const before = problems.length;
  const resolved = entries.map(([key, value]): [string, unknown] => [
    key,
    REFERRING.includes(key)
      ? withReferences(
          value,
          secret,
          ({ path: where, message }) => problems.push(`${file}: ${z.core.toDotPath(where)}: ${message}`),
          [key],
        )
      : value,
  ]);
  return problems.length > before ? null : Object.fromEntries(resolved);
}

function reader(env: Env, problems: string[]) {
  /** A variable, or the content of the file that `NAME_FILE` names; empty counts as unset. */
  const text = (name: string): string | undefined => {
    const direct = env[name];
    const file = env[`${name}_FILE`];
    if (direct && file) problems.push(`${name}: set either ${name} or ${name}_FILE, not both`);
    if (direct) return direct.trim();
    if (!file) return undefined;
    try {
      return readFileSync(file, 'utf8').trim() || undefined;
    } catch (error) {
      problems.push(`${name}_FILE: cannot read ${quote(file)} (${(error as Error).message})`);
      return undefined;
    }
  };
  const list = (name: string): string[] | undefined =>
    text(name)
      ?.split(/[\s,]+/)
      .filter(Boolean);
  return {
    text,
    list,
    integer(name: string, min: number, max: number): number | undefined {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = Number(value);
      if (Number.isInteger(number) && number >= min && number <= max) return number;
      problems.push(`${name}: found ${quote(value)}, expected a whole number from ${min} to ${max}`);
      return undefined;
    },
    url(name: string, protocols: string[]): string | undefined {
      const value = text(name);
      if (value === undefined) return undefined;
      try {
        if (protocols.includes(new URL(value).protocol)) return value;
      } catch {
        // reported below
      }
      problems.push(
        `${name}: found ${quote(withoutPassword(value))}, expected ${protocols.map((p) => `${p}//…`).join(' or ')}`,
      );
      return undefined;
    },
    redisUrl(name: string): string | undefined {
      const value = text(name);
      const problem = value === undefined ? null : whyNotRedisUrl(value);
      if (value === undefined || problem === null) return value;
      problems.push(`${name}: found ${quote(withoutPassword(value))}, ${problem}`);
      return undefined;
    },
    choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
      const value = text(name);
      if (value === undefined) return undefined;
      if ((choices as readonly string[]).includes(value)) return value as T;
      problems.push(`${name}: found ${quote(value)}, expected one of ${choices.join(', ')}`);
      return undefined;
    },
    cidrs(name: string): string[] | undefined {
      const items = list(name);
      for (const item of items ?? [])
        if (!ipaddr.isValidCIDR(item) && !ipaddr.isValid(item))
          problems.push(
            `${name}: found ${quote(item)}, expected addresses or ranges such as 10.0.0.0/8, separated by commas`,
          );
      return items;
    },
  };
}

function reasons(error: z.ZodError): string {
  return error.issues.map((issue) => issue.message).join('; ');
}

function quote(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}

function hostnameOf(url: string): string {
  try {
    return new URL(url).hostname.toLowerCase();
  } catch {
    return '';
  }
}

/** An address to listen on as the host of a URL that a browser can open. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function duplicates(names: string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

function valueAt(json: unknown, keys: readonly PropertyKey[]): unknown {
  return keys.reduce<unknown>(
    (value, key) =>
      value !== null && typeof value === 'object' ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    json,
  );
}

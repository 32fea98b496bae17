import type { Redis } from '../../redis/connection';
import { messageOf } from '../../domain/errors';
import type { BrokerFacts } from '../source';

/** What INFO tells; `null` or empty where the broker does not say. */
export type InfoFacts = Omit<BrokerFacts, 'readMs' | 'scan' | 'ownCost' | 'heavyCommand'> & {
  commandstats: string;
  /** Numbers of all databases that hold keys. */
  databases: number[];
};

export const NO_INFO: InfoFacts = {
  version: null,
  usedMemoryBytes: null,
  maxMemoryBytes: null,
  evictionPolicy: null,
  connectedClients: null,
  commandstats: '',
  databases: [],
};

const SECTIONS = ['server', 'memory', 'clients', 'keyspace', 'commandstats'];

/** Reads INFO; where a provider forbids it, the facts are unknown. @throws when the broker does not answer */
export async function readFacts(redis: Redis): Promise<InfoFacts> {
  const [commandstats = '', ...sections] = (
    await Promise.all(SECTIONS.map((section) => info(redis, section)))
  ).reverse();
  const text = sections.join('\n');
  const value = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(text)?.[1] ?? null;
  const number = (name: string) => (value(name) === null ? null : Number(value(name)));
  return {
    version: value('valkey_version') ?? value('redis_version'),
    runId: value('run_id'),
    startedAt: number('uptime_in_seconds') === null ? null : Date.now() - Number(number('uptime_in_seconds')) * 1000,
    usedMemoryBytes: number('used_memory'),
    maxMemoryBytes: number('maxmemory'),
    machineMemoryBytes: number('total_system_memory'),
    evictionPolicy: value('maxmemory_policy'),
    connectedClients: number('connected_clients'),
    commandstats,
    databases: [...text.matchAll(/^db(\d+):keys=/gm)].map(([, database]) => Number(database)),
  };
}

async function info(redis: Redis, section: string): Promise<string> {
  try {
    return await redis.info(section);
  } catch (error) {
    if (isForbidden(error)) return '';
    throw error;
  }
}

/** Says whether the broker refused a command as such, because of its ACL or because a provider took it away. */
export function isForbidden(error: unknown): boolean {
  return /NOPERM|unknown (sub)?command|not allowed/i.test(messageOf(error)) && !/OOM/.test(messageOf(error));
}

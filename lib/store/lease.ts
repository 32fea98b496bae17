import { hostname } from 'node:os';
import type { Redis } from '../redis/connection';
import { luaRunFrom, wordsOf, type Command } from './commands';
import { evalWhenFull } from './eval-when-full';
import { keys } from './keys';

/** A collector that dies is followed by another after at most this time plus one attempt. */
export const LEASE_MS = 3_500;

const ACQUIRE = `
local current = redis.call('GET', KEYS[1])
if current then return false end
local token = redis.call('INCR', KEYS[2])
local value = token .. ':' .. ARGV[1]
redis.call('SET', KEYS[1], value, 'PX', ARGV[2])
return value
`;

const RENEW = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`;

const RELEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`;

/**
 * Commands that run only while the lease is ours, all or none of them. The check and the writes are one step, so a
 * process that was stopped and wakes up later cannot write over its successor.
 * ARGV: lease value, then the commands.
 */
const FENCED = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return redis.error_reply('FENCED the lease belongs to another process') end
${luaRunFrom(2)}`;

export type { Command };

/** Lua's unpack and Redis' argument list have limits; longer batches are split by the caller. */
const MAX_WORDS = 4_000;

/** The right to be the one process that writes: of all collectors, or of those that could go on with an operation. */
export class Lease {
  private value: string | null = null;
  readonly holder = `${hostname()}:${process.pid}`;

  constructor(
    private readonly store: Redis,
    private readonly at: { lease: string; token: string } = { lease: keys.lease, token: keys.leaseToken },
  ) {}

  /** The fencing token of this lease, `null` while another holds it. Grows with every change of holder. */
  token(): number | null {
    return this.value === null ? null : Number(this.value.split(':', 1)[0]);
  }

  /**
   * Takes or renews the lease. Call about once a second.
   * @returns whether it is ours now
   * @throws when the store does not answer; the lease then counts as lost once it has run out
   */
  async hold(): Promise<boolean> {
    if (await this.renew()) return true;
    this.value = (await evalWhenFull(this.store, ACQUIRE, [this.at.lease, this.at.token], [this.holder, LEASE_MS])) as
      string | null;
    return this.value !== null;
  }

  /** Prolongs the lease if it is still ours; never takes it anew. @throws when the store does not answer */
  async renew(): Promise<boolean> {
    if (this.value === null) return false;
    const renewed = await this.store.eval(RENEW, 1, this.at.lease, this.value, LEASE_MS);
    if (renewed === 1) return true;
    this.value = null;
    return false;
  }

  drop(): void {
    this.value = null;
  }

  async release(): Promise<void> {
    if (this.value === null) return;
    await this.store.eval(RELEASE, 1, this.at.lease, this.value);
    this.value = null;
  }

  /**
   * Runs `commands` as one step if the lease is still ours.
   * @param mayBeFull whether a Redis that has no memory left should take them, too: only for little that stands in for what was
   * @throws Error starting with FENCED when another process has taken over
   */
  async write(commands: readonly Command[], mayBeFull = false): Promise<void> {
    if (this.value === null) throw new Error('FENCED this process does not hold the lease');
    const args = [this.value, ...wordsOf(commands)];
    if (mayBeFull) await evalWhenFull(this.store, FENCED, [this.at.lease], args);
    else await this.store.eval(FENCED, 1, this.at.lease, ...args);
  }
}

/** Joins groups of commands into batches that `Lease.write` takes in one step each. A group is never split. */
export function batches(groups: readonly Command[][], maxWords = MAX_WORDS): Command[][] {
  const result: Command[][] = [];
  let words = Infinity;
  for (const group of groups) {
    const size = group.reduce((sum, command) => sum + command.length + 1, 0);
    if (words + size > maxWords) {
      result.push([]);
      words = 0;
    }
    result.at(-1)?.push(...group);
    words += size;
  }
  return result;
}

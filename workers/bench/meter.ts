import { Redis } from 'ioredis';

/** What a Redis did between two moments. Commands count those inside scripts too. */
export type Usage = { commands: number; cpuMs: number; outBytes: number; seconds: number };

type Reading = { commands: number; cpuMs: number; outBytes: number; at: number };

/** Measures a Redis server through its own INFO; what the meter itself asks is taken off. */
export class RedisMeter {
  private readonly redis: Redis;
  private start: Reading | null = null;

  constructor(url: string) {
    this.redis = new Redis(url, { connectionName: 'bench-meter' });
  }

  async begin(): Promise<void> {
    this.start = await this.read();
  }

  async end(): Promise<Usage> {
    const before = this.start;
    if (!before) throw new Error('begin() comes first');
    const after = await this.read();
    return {
      commands: after.commands - before.commands - 1,
      cpuMs: after.cpuMs - before.cpuMs,
      outBytes: after.outBytes - before.outBytes,
      seconds: (after.at - before.at) / 1000,
    };
  }

  close(): void {
    this.redis.disconnect();
  }

  private async read(): Promise<Reading> {
    const info = await this.redis.info('all');
    const at = performance.now();
    let commands = 0;
    for (const match of info.matchAll(/^cmdstat_[^:]+:calls=(\d+)/gm)) commands += Number(match[1]);
    const value = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0);
    return {
      commands,
      cpuMs: (value('used_cpu_user') + value('used_cpu_sys')) * 1000,
      outBytes: value('total_net_output_bytes'),
      at,
    };
  }
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

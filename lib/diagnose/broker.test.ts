import { describe, expect, test } from 'vitest';
import type { Broker } from '../domain/broker';
import { diagnoseBroker, NO_BROKER_MEMORY } from './broker';

const NOW = 1_795_511_400_000;
const GB = 1_000_000_000;
const broker = (change: Partial<Broker> = {}): Broker => ({
  source: 'main',
  kind: 'redis',
  address: 'localhost:6379',
  state: 'up',
  since: 0,
  error: null,
  version: '7.2.0',
  usedMemoryBytes: GB,
  maxMemoryBytes: 0,
  machineMemoryBytes: 16 * GB,
  evictionPolicy: 'noeviction',
  connectedClients: 3,
  readMs: 1,
  queues: 1,
  scan: { progress: null, lastCompletedAt: null, keys: null },
  ownCost: { commandsPerSecond: null, cpuPercent: null },
  ...change,
});
const said = (change: Partial<Broker>) => diagnoseBroker(broker(change), [], NO_BROKER_MEMORY, NOW).verdicts;

describe('memory', () => {
  test('without a limit of its own the machine’s is what counts, and that is said', () => {
    expect(said({})).toEqual([]);
    const [verdict] = said({ usedMemoryBytes: 14 * GB });
    expect(verdict).toMatchObject({ code: 'memory-near-limit', severity: 'warning' });
    expect(verdict?.sentence).toContain('88 % of its machine’s memory, and has no limit of its own');
    expect(said({ usedMemoryBytes: 14 * GB, machineMemoryBytes: null })).toEqual([]);
  });
  test('its growth tells when it will be full', () => {
    let memory = NO_BROKER_MEMORY;
    let verdicts;
    for (let n = 0; n <= 12; n += 1)
      ({ verdicts, memory } = diagnoseBroker(
        broker({ maxMemoryBytes: 10 * GB, usedMemoryBytes: 4 * GB + n * 0.05 * GB }),
        [],
        memory,
        NOW + n * 5_000,
      ));
    expect(verdicts?.[0]?.sentence).toMatch(/is full in about (8|9) m/);
  });
});

describe('time', () => {
  test('long calls of one command keep everybody waiting', () => {
    const [verdict] = said({ heavyCommand: { command: 'KEYS', share: 0.6, callMs: 150 } });
    expect(verdict).toMatchObject({ code: 'broker-slow', severity: 'warning' });
    expect(verdict?.sentence).toContain('60 % of its time on KEYS, 150 ms a call');
    expect(said({ heavyCommand: { command: 'KEYS', share: 0.05, callMs: 150 } })).toEqual([]);
  });
  test('a silence is worse, and told first', () => {
    const slowSpells = [{ at: NOW - 1_000, ms: 7_000, command: null }];
    const [verdict] = said({ slowSpells, heavyCommand: { command: 'KEYS', share: 0.6, callMs: 150 } });
    expect(verdict).toMatchObject({ code: 'broker-slow', severity: 'critical' });
    expect(verdict?.sentence).toContain('did not answer for 7');
  });
});

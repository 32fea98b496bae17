import { expect, test } from 'vitest';
import type { Broker } from '../domain/broker';
import type { RabbitBroker } from '../domain/rabbit';
import { diagnoseBroker, NO_BROKER_MEMORY } from './broker';

type Node = RabbitBroker['nodes'][number];

const NODE: Node = {
  name: 'rabbit@a',
  isRunning: true,
  memUsedBytes: 100,
  memLimitBytes: 1_000,
  hasMemoryAlarm: false,
  diskFreeBytes: 1_000,
  diskLimitBytes: 50,
  hasDiskAlarm: false,
  filesUsed: null,
  filesTotal: null,
  uptimeMs: 1,
  partitions: [],
};

function judged(...nodes: Partial<Node>[]) {
  const rabbit = { nodes: nodes.map((node) => ({ ...NODE, ...node })), blockedConnections: 3 } as RabbitBroker;
  // More than a Redis may use: of RabbitMQ each node is judged by its own limit.
  const broker = { source: 'mq', usedMemoryBytes: 990, maxMemoryBytes: 1_000, evictionPolicy: null, rabbit } as Broker;
  return diagnoseBroker(broker, [], NO_BROKER_MEMORY, 5_000).verdicts;
}

test.each<{ because: string; nodes: Partial<Node>[]; expected: [string, string][]; says?: string }>([
  { because: 'all is well', nodes: [{}, { name: 'rabbit@b' }], expected: [] },
  {
    because: 'a memory alarm of one node',
    nodes: [{}, { name: 'rabbit@b', hasMemoryAlarm: true }],
    expected: [['resource-alarm', 'critical']],
    says: 'has stopped all publishers: rabbit@b has used up the memory',
  },
  {
    because: 'a disk alarm',
    nodes: [{ hasDiskAlarm: true }],
    expected: [['resource-alarm', 'critical']],
    says: 'too little free disk',
  },
  {
    because: 'memory near its limit',
    nodes: [{ memUsedBytes: 950 }],
    expected: [['resource-alarm', 'warning']],
    says: 'will soon stop all publishers: rabbit@a uses 95 %',
  },
  { because: 'disk near its limit', nodes: [{ diskFreeBytes: 60 }], expected: [['resource-alarm', 'warning']] },
  { because: 'figures that are not told', nodes: [{ memUsedBytes: null, diskFreeBytes: null }], expected: [] },
  {
    because: 'a node that is down, with an alarm of another',
    nodes: [{ isRunning: false }, { name: 'rabbit@b', hasMemoryAlarm: true }],
    expected: [
      ['node-down', 'critical'],
      ['resource-alarm', 'critical'],
    ],
    says: '1 node of RabbitMQ “mq” does not run: rabbit@a',
  },
  {
    because: 'nodes cut off from each other',
    nodes: [{ partitions: ['rabbit@b'] }, { name: 'rabbit@b', partitions: ['rabbit@a'] }],
    expected: [['node-down', 'critical']],
    says: 'lost sight of each other: rabbit@a, rabbit@b',
  },
])('$because', ({ nodes, expected, says }) => {
  const verdicts = judged(...nodes);
  expect(verdicts.map(({ code, severity }) => [code, severity])).toEqual(expected);
  if (says) expect(verdicts.map(({ sentence }) => sentence).join(' ')).toContain(says);
});

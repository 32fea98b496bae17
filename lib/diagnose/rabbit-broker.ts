import type { RabbitBroker } from '../domain/rabbit';
import type { BrokerVerdictCode, Verdict } from '../domain/verdict';
import { countWords } from '../domain/words';
import { bytesWords, percent } from './said';

type Node = RabbitBroker['nodes'][number];
type Finding = Omit<Verdict, 'code' | 'since' | 'under'> & { code: BrokerVerdictCode };

/** Share of a node's memory limit, and multiple of its disk limit, at which an alarm is near. */
const NEAR_MEMORY = 0.9;
const NEAR_DISK = 1.5;

/** What is wrong with a RabbitMQ for all of its queues. Pure. `source`: its name here. */
export function rabbitFindings(source: string, { nodes, blockedConnections }: RabbitBroker): Finding[] {
  return [nodeDown(source, nodes), alarm(source, nodes, blockedConnections) ?? nearAlarm(source, nodes)].filter(
    (finding) => finding !== null,
  );
}

function nodeDown(source: string, nodes: readonly Node[]): Finding | null {
  const down = nodes.filter(({ isRunning }) => !isRunning);
  const cutOff = nodes.filter(({ partitions }) => partitions.length > 0);
  if (down.length === 0 && cutOff.length === 0) return null;
  const names = (some: readonly Node[]) => some.map(({ name }) => name).join(', ');
  return {
    code: 'node-down',
    severity: 'critical',
    sentence:
      down.length > 0
        ? `${countWords(down.length, 'node')} of RabbitMQ “${source}” ${down.length === 1 ? 'does' : 'do'} not run: ${names(down)}. Queues that only ${down.length === 1 ? 'it holds' : 'they hold'} are not available.`
        : `Nodes of RabbitMQ “${source}” have lost sight of each other: ${names(cutOff)}. The parts go on apart, and what they hold differs.`,
    evidence: [
      { label: 'Running', value: `${nodes.length - down.length} of ${nodes.length}` },
      ...cutOff.map(({ name, partitions }) => ({ label: `${name} is cut off from`, value: partitions.join(', ') })),
    ],
    actions: [
      { label: 'See its nodes', href: '/brokers' },
      {
        label:
          down.length > 0
            ? 'Start the node again, or find out why it ended'
            : 'Mend the network, then restart the nodes of the part that is not trusted',
      },
    ],
  };
}

/** An alarm of one node stops the publishers of all. */
function alarm(source: string, nodes: readonly Node[], blocked: number | null): Finding | null {
  const memory = nodes.filter(({ hasMemoryAlarm }) => hasMemoryAlarm);
  const disk = nodes.filter(({ hasDiskAlarm }) => hasDiskAlarm);
  if (memory.length === 0 && disk.length === 0) return null;
  const what = [
    ...memory.map(({ name }) => `${name} has used up the memory that it may`),
    ...disk.map(({ name }) => `${name} has too little free disk`),
  ];
  return {
    code: 'resource-alarm',
    severity: 'critical',
    sentence: `RabbitMQ “${source}” has stopped all publishers: ${what.join(', ')}.`,
    evidence: [
      ...memory.map(memoryOf),
      ...disk.map(diskOf),
      ...(blocked === null ? [] : [{ label: 'Connections that are stopped', value: String(blocked) }]),
    ],
    actions: [
      { label: 'See its nodes', href: '/brokers' },
      ...(memory.length > 0
        ? [{ label: 'Drain the longest queues, give the node more memory, or raise vm_memory_high_watermark' }]
        : []),
      ...(disk.length > 0 ? [{ label: 'Free disk space on the node, or lower disk_free_limit' }] : []),
    ],
  };
}

function nearAlarm(source: string, nodes: readonly Node[]): Finding | null {
  const memory = nodes.filter(
    ({ memUsedBytes: used, memLimitBytes: limit }) => used !== null && limit !== null && used > limit * NEAR_MEMORY,
  );
  const disk = nodes.filter(
    ({ diskFreeBytes: free, diskLimitBytes: limit }) => free !== null && limit !== null && free < limit * NEAR_DISK,
  );
  if (memory.length === 0 && disk.length === 0) return null;
  const what = [
    ...memory.map(
      ({ name, memUsedBytes, memLimitBytes }) =>
        `${name} uses ${percent((memUsedBytes ?? 0) / (memLimitBytes ?? 1))} of the memory that it may`,
    ),
    ...disk.map(
      ({ name, diskFreeBytes, diskLimitBytes }) =>
        `${name} has ${bytesWords(diskFreeBytes ?? 0)} of disk left and stops at ${bytesWords(diskLimitBytes ?? 0)}`,
    ),
  ];
  return {
    code: 'resource-alarm',
    severity: 'warning',
    sentence: `RabbitMQ “${source}” will soon stop all publishers: ${what.join(', ')}.`,
    evidence: [...memory.map(memoryOf), ...disk.map(diskOf)],
    actions: [
      { label: 'See its nodes', href: '/brokers' },
      { label: memory.length > 0 ? 'Drain the longest queues' : 'Free disk space on the node' },
    ],
  };
}

function memoryOf({ name, memUsedBytes, memLimitBytes }: Node): Verdict['evidence'][number] {
  return { label: `Memory of ${name}`, value: `${bytes(memUsedBytes)} of ${bytes(memLimitBytes)}` };
}

function diskOf({ name, diskFreeBytes, diskLimitBytes }: Node): Verdict['evidence'][number] {
  return { label: `Free disk of ${name}`, value: `${bytes(diskFreeBytes)}, limit ${bytes(diskLimitBytes)}` };
}

function bytes(value: number | null): string {
  return value === null ? '–' : bytesWords(value);
}

import type { RabbitBroker } from '@/lib/domain/rabbit';
import { formatDuration } from '../format/duration';
import { formatBytes, formatCount } from '../format/number';
import { Chip } from '../ui/chip';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { Row } from './row';

/** What only a RabbitMQ tells: its nodes with their alarms, what it gives back, and what this user does not see. */
export function RabbitRows({ rabbit }: { rabbit: RabbitBroker }) {
  const { cluster, nodes, amqp, user, limits, blockedConnections, returnedPerSecond, droppedPerSecond } = rabbit;
  return (
    <>
      <Row name={nodes.length === 1 ? 'Node' : 'Nodes'}>
        <ul className="flex flex-col gap-1 py-1">
          {nodes.map((node) => (
            <li key={node.name} className="flex flex-wrap items-center gap-x-3">
              <JobLine className={cn(!node.isRunning && 'text-crit')}>{node.name}</JobLine>
              {!node.isRunning && <Chip tone="crit">not running</Chip>}
              {node.hasMemoryAlarm && <Chip tone="crit">memory alarm: publishers are stopped</Chip>}
              {node.hasDiskAlarm && <Chip tone="crit">disk alarm: publishers are stopped</Chip>}
              {node.partitions.length > 0 && <Chip tone="crit">cut off from {node.partitions.join(', ')}</Chip>}
              <span className="text-ink-3">
                memory {formatBytes(node.memUsedBytes)} of {formatBytes(node.memLimitBytes)} · disk free{' '}
                {formatBytes(node.diskFreeBytes)}, alarm below {formatBytes(node.diskLimitBytes)} · up{' '}
                {formatDuration(node.uptimeMs)}
              </span>
            </li>
          ))}
        </ul>
      </Row>
      {cluster !== null && (
        <Row name="Cluster">
          <JobLine>{cluster}</JobLine>
        </Row>
      )}
      <Row name="Publishers">
        {blockedConnections === null ? '–' : `${formatCount(blockedConnections)} stopped`}
        <span className="text-ink-3">
          {' '}
          · {perSecond(returnedPerSecond)} given back, {perSecond(droppedPerSecond)} dropped: no queue took them
        </span>
      </Row>
      <Row name="AMQP">
        {amqp === null ? (
          <span className="text-ink-3">not configured</span>
        ) : (
          <>
            <span className="font-mono text-xs text-ink-3">{amqp.address}</span>{' '}
            {amqp.error === null ? (
              <span className="text-ok">answers</span>
            ) : (
              <span className="text-crit [overflow-wrap:anywhere]">{amqp.error}</span>
            )}
          </>
        )}
      </Row>
      {user && (
        <Row name="We are">
          {user.name} <span className="text-ink-3">{user.tags.join(', ') || 'without a tag'}</span>
        </Row>
      )}
      {limits.length > 0 && (
        <Row name="Not known">
          <ul className="flex flex-col gap-0.5 py-1.5 text-warn">
            {limits.map((limit) => (
              <li key={limit}>{limit}</li>
            ))}
          </ul>
        </Row>
      )}
    </>
  );
}

function perSecond(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(value < 10 ? 1 : 0)}/s`;
}

import type { Broker } from '@/lib/domain/broker';
import { formatBytes, formatCount } from '../format/number';
import { cn } from '../ui/cn';

/** The servers behind a source, one row each: whether it answers, what it holds. Nothing where there is only one. */
export function TopologyRows({ topology }: Pick<Broker, 'topology'>) {
  if (!topology) return null;
  const { kind, servers } = topology;
  const down = servers.filter(({ error }) => error !== null).length;
  return (
    <div className="border-t border-line px-3 py-2 md:px-4">
      <h3 className="flex flex-wrap items-baseline gap-x-2 text-sm">
        {kind === 'sentinel' ? 'Master named by the Sentinels' : `Cluster of ${formatCount(servers.length)} masters`}
        {down > 0 && (
          <span className="text-xs text-crit">
            {formatCount(down)} without an answer: its queues keep their last known figures
          </span>
        )}
      </h3>
      <div className="overflow-x-auto">
        <table className="w-full text-sm tabular-nums">
          <thead className="text-left text-xs text-ink-3">
            <tr>
              <th className="h-7 pr-4 font-normal">Server</th>
              <th className="pr-4 font-normal">State</th>
              <th className="pr-4 text-right font-normal">Queues</th>
              <th className="pr-4 text-right font-normal">Memory</th>
              <th className="text-right font-normal">Clients</th>
            </tr>
          </thead>
          <tbody>
            {servers.map(({ address, error, queues, usedMemoryBytes, maxMemoryBytes, connectedClients }) => (
              <tr key={address} className="h-8 border-t border-line">
                <td className="pr-4 font-mono text-xs whitespace-nowrap">{address}</td>
                <td className={cn('pr-4', error === null ? 'text-ok' : 'text-crit')}>
                  <span className="flex items-center gap-1.5">
                    <span
                      aria-hidden
                      className={cn('size-2 shrink-0 bg-current', error === null ? 'rounded-full' : 'rotate-45')}
                    />
                    <span className="[overflow-wrap:anywhere]">{error ?? 'up'}</span>
                  </span>
                </td>
                <td className="pr-4 text-right">{formatCount(queues)}</td>
                <td className="pr-4 text-right whitespace-nowrap">
                  {formatBytes(usedMemoryBytes)}
                  {maxMemoryBytes ? <span className="text-ink-3"> of {formatBytes(maxMemoryBytes)}</span> : null}
                </td>
                <td className="text-right">{formatCount(connectedClients)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

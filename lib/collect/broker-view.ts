import type { Broker } from '../domain/broker';
import type { BrokerFacts, SourceWatch } from '../sources/source';

/** What is shown of a broker. `since`: ms at which it came into its state; `queues`: `null` before the first look. */
export function toBroker(
  { name, kind, address }: SourceWatch,
  {
    state,
    since,
    error,
    facts,
    queues,
  }: Pick<Broker, 'state' | 'since' | 'error' | 'queues'> & { facts: BrokerFacts | null },
): Broker {
  return {
    source: name,
    kind,
    address,
    state,
    since,
    error,
    version: facts?.version ?? null,
    runId: facts?.runId ?? null,
    startedAt: facts?.startedAt ?? null,
    usedMemoryBytes: facts?.usedMemoryBytes ?? null,
    maxMemoryBytes: facts?.maxMemoryBytes ?? null,
    machineMemoryBytes: facts?.machineMemoryBytes ?? null,
    evictionPolicy: facts?.evictionPolicy ?? null,
    connectedClients: facts?.connectedClients ?? null,
    readMs: facts?.readMs ?? null,
    queues,
    ...(facts?.topology ? { topology: facts.topology } : {}),
    ...(facts?.rabbit ? { rabbit: facts.rabbit } : {}),
    scan: facts?.scan ?? { progress: null, lastCompletedAt: null, keys: null },
    slowSpells: facts?.slowSpells ?? [],
    heavyCommand: facts?.heavyCommand ?? null,
    ownCost: facts?.ownCost ?? { commandsPerSecond: null, cpuPercent: null },
  };
}

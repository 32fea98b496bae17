import type { Broker, HeavyCommand } from '../domain/broker';
import type { QueueId } from '../domain/queue';
import { SEVERITIES, type BrokerVerdictCode, type Verdict } from '../domain/verdict';
import { durationWords, numberWords } from '../domain/words';
import { rabbitFindings } from './rabbit-broker';
import { median } from './robust';
import { bytesWords, percent } from './said';

/** What one queue holds in the broker, by sampling. */
export type QueueBytes = { id: QueueId; bytes: number };

type MemorySample = { readonly at: number; readonly bytes: number };

/** What is remembered of one broker. `fine`: some minutes; `coarse`: a day. Times ms. */
export type BrokerMemory = {
  readonly fine: readonly MemorySample[];
  readonly coarse: readonly MemorySample[];
  readonly since: Readonly<Partial<Record<BrokerVerdictCode, number>>>;
};

export const NO_BROKER_MEMORY: BrokerMemory = Object.freeze({
  fine: Object.freeze([]),
  coarse: Object.freeze([]),
  since: Object.freeze({}),
});

const FINE = { everyMs: 5_000, keptMs: 10 * 60_000 };
const COARSE = { everyMs: 5 * 60_000, keptMs: 24 * 3_600_000 };
/** An answer that came late is told for so long. */
const SLOW_TOLD_MS = 30_000;
const SLOW_LEAST_MS = 800;
/** Long calls of one command take this share of its time: others wait for them. */
const OCCUPIED_SHARE = 0.15;
const NEAR = 0.8;
const FULL = 0.9;
const DAY_MS = 86_400_000;

type Finding = Omit<Verdict, 'code' | 'since' | 'under'> & { code: BrokerVerdictCode; began?: number };

/**
 * What is wrong with a broker for all of its queues, the worst first. Pure. `queues`: the largest first. `now`: ms, of
 * one clock with the broker's slow spells.
 */
export function diagnoseBroker(
  broker: Broker,
  queues: readonly QueueBytes[],
  memory: BrokerMemory,
  now: number,
): { verdicts: Verdict[]; memory: BrokerMemory } {
  const fine = sampled(memory.fine, broker.usedMemoryBytes, now, FINE);
  const coarse = sampled(memory.coarse, broker.usedMemoryBytes, now, COARSE);
  const ofRedis = () =>
    [slowness(broker, now), shortage(broker, queues, [coarse, fine]), eviction(broker)].filter(
      (finding) => finding !== null,
    );
  const findings: Finding[] = broker.rabbit ? rabbitFindings(broker.source, broker.rabbit) : ofRedis();
  const since: Partial<Record<BrokerVerdictCode, number>> = {};
  const verdicts = findings.map(({ began, ...finding }): Verdict => {
    const first = memory.since[finding.code] ?? began ?? now;
    since[finding.code] = first;
    return { ...finding, since: first, under: [] };
  });
  verdicts.sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
  return { verdicts, memory: { fine, coarse, since } };
}

function slowness({ slowSpells = [], heavyCommand = null, source }: Broker, now: number): Finding | null {
  const recent = slowSpells.filter(({ at }) => now - at < SLOW_TOLD_MS);
  const lost = recent.reduce((sum, { ms }) => sum + ms, 0);
  if (lost < SLOW_LEAST_MS) return occupied(source, heavyCommand);
  const worst = recent.reduce((a, b) => (b.ms > a.ms ? b : a));
  const [first] = recent;
  return {
    code: 'broker-slow',
    began: first ? first.at - first.ms : now,
    severity: lost > SLOW_TOLD_MS / 5 ? 'critical' : 'warning',
    sentence: `Redis “${source}” did not answer for ${durationWords(worst.ms)}${worst.command === null ? '' : `, while it ran ${worst.command}`}: every worker waited for it, and locks may be lost.`,
    evidence: [
      { label: 'Silent lately', value: `${durationWords(lost)} of the last ${durationWords(SLOW_TOLD_MS)}` },
      { label: 'Slow answers in a quarter of an hour', value: numberWords(slowSpells.length) },
      { label: 'Slowest command', value: worst.command ?? 'not in its log: swapping, a fork, or the machine itself' },
    ],
    actions: [
      { label: 'Look at what keeps it busy', href: '/brokers' },
      { label: 'Look for KEYS, long scripts and huge values; see its SLOWLOG' },
    ],
  };
}

/** It answers everybody, but each has to wait for calls of one command that take long. */
function occupied(source: string, heavy: HeavyCommand | null): Finding | null {
  if (heavy === null || heavy.share < OCCUPIED_SHARE) return null;
  const { command, share, callMs } = heavy;
  return {
    code: 'broker-slow',
    severity: 'warning',
    sentence: `Redis “${source}” spends ${percent(share)} of its time on ${command}, ${durationWords(Math.round(callMs))} a call: every worker and producer waits for each of them.`,
    evidence: [
      { label: `Time on ${command}`, value: `${percent(share)} of the last 15 s` },
      { label: 'A call takes', value: durationWords(Math.round(callMs)) },
    ],
    actions: [
      { label: `Find out who sends ${command}: CLIENT LIST shows the last command of each connection` },
      { label: 'Look at what keeps it busy', href: '/brokers' },
    ],
  };
}

function shortage(
  { source, usedMemoryBytes: used, maxMemoryBytes: limit, machineMemoryBytes: machine = null }: Broker,
  queues: readonly QueueBytes[],
  tracks: readonly (readonly MemorySample[])[],
): Finding | null {
  // Without a limit of its own it ends with the machine's memory, which others use too.
  const isOwn = limit !== null && limit > 0;
  const max = isOwn ? limit : limit === 0 ? machine : null;
  if (used === null || max === null || max <= 0) return null;
  const share = used / max;
  const growth = tracks.map(growthPerMs).find((perMs) => perMs !== null) ?? null;
  const leftMs = growth !== null && growth > 0 ? Math.max(0, max - used) / growth : null;
  // What grows for minutes only is held against the next hour, what grows for hours against the next day.
  const [coarse = []] = tracks;
  const horizonMs = growthPerMs(coarse) === null ? 3_600_000 : DAY_MS;
  const isSoon = leftMs !== null && leftMs < horizonMs && share > 0.3;
  if (share < NEAR && !isSoon) return null;
  const [biggest] = queues;
  return {
    code: 'memory-near-limit',
    severity: share >= FULL || (leftMs !== null && leftMs < 600_000) ? 'critical' : 'warning',
    sentence: `Redis “${source}” uses ${percent(share)} of ${isOwn ? 'the memory that it may' : 'its machine’s memory, and has no limit of its own'}${leftMs === null ? '' : `, and is full in about ${durationWords(leftMs)} at this growth`}${biggest ? `; most of it is “${biggest.id.name}” with ${bytesWords(biggest.bytes)}` : ''}. When ${isOwn ? 'it is full, jobs cannot be added' : 'that is used up, the system ends it'}.`,
    evidence: [
      { label: 'Used', value: `${bytesWords(used)} of ${bytesWords(max)}${isOwn ? '' : ' that the machine has'}` },
      {
        label: 'Growth',
        value: growth === null ? 'not known yet' : `${bytesWords(Math.max(0, growth * 3_600_000))} an hour`,
      },
      ...queues.slice(0, 3).map(({ id, bytes }) => ({ label: id.name, value: `${bytesWords(bytes)} (sampled)` })),
    ],
    actions: [
      {
        label: `Clean finished jobs of the largest queue, or ${isOwn ? 'raise maxmemory' : 'set maxmemory, so that it refuses jobs instead of being ended'}`,
        href: '/brokers',
      },
      { label: 'Add jobs with removeOnComplete and removeOnFail' },
    ],
  };
}

function eviction({ source, evictionPolicy, usedMemoryBytes: used, maxMemoryBytes: max }: Broker): Finding | null {
  const policies = (evictionPolicy ?? 'noeviction')
    .split(', ')
    .filter((policy) => policy !== 'noeviction' && policy !== '?');
  const [policy] = policies;
  if (policy === undefined) return null;
  const hasLimit = max !== null && max > 0;
  const isNear = hasLimit && used !== null && used / max >= NEAR;
  return {
    code: 'eviction-policy',
    severity: !hasLimit ? 'info' : isNear ? 'critical' : 'warning',
    sentence: `Redis “${source}” has the eviction policy ${policy}: ${
      hasLimit ? 'when its memory is full' : 'as soon as it is given a limit of memory'
    } it throws ${policy.startsWith('allkeys') ? 'jobs' : 'locks and limits'} away without a word.`,
    evidence: [
      { label: 'maxmemory-policy', value: policies.join(', ') },
      { label: 'maxmemory', value: hasLimit ? bytesWords(max) : 'none' },
      ...(hasLimit && used !== null ? [{ label: 'Used', value: percent(used / max) }] : []),
    ],
    actions: [{ label: 'Set maxmemory-policy to noeviction: both libraries demand it', href: '/brokers' }],
  };
}

function sampled(
  before: readonly MemorySample[],
  bytes: number | null,
  now: number,
  { everyMs, keptMs }: typeof FINE,
): readonly MemorySample[] {
  const last = before.at(-1);
  if (bytes === null || (last && now - last.at < everyMs && now >= last.at)) return before;
  return [...before.filter(({ at }) => now - at < keptMs && at <= now), { at: now, bytes }];
}

/** Bytes a ms between the medians of the first and the last third; `null` for less than four samples, or ups and downs. */
function growthPerMs(samples: readonly MemorySample[]): number | null {
  if (samples.length < 4) return null;
  const third = Math.max(1, Math.floor(samples.length / 3));
  const parts = [samples.slice(0, third), samples.slice(third, -third), samples.slice(-third)];
  const [a, b, c] = parts.map((part) => median(part.map(({ bytes }) => bytes)) ?? 0) as [number, number, number];
  const [from, to] = [parts[0], parts[2]].map((part) => median((part ?? []).map(({ at }) => at)) ?? 0) as [
    number,
    number,
  ];
  if (to <= from) return null;
  const isSteady = (a <= b && b <= c) || (a >= b && b >= c);
  return isSteady ? (c - a) / (to - from) : 0;
}

'use client';
import Link from 'next/link';
import { MostlyFailure } from '../failures/mostly-failure';
import { jobsHref, queueHref } from '../format/hrefs';
import { visibleLine } from '../format/visible-text';
import { QueueActionButton } from '../queue/queue-action-button';
import { Symptoms, VerdictFacts } from '../queue/verdict-facts';
import { Lasting } from '../shell/lasting';
import { SeverityIcon } from '../shell/severity';
import { Button } from '../ui/button';
import { Chip } from '../ui/chip';
import { JobLine } from '../ui/job-text';
import type { AttentionItem, BrokerTrouble } from './attention';
import { buttonWords } from './button-words';

/** A queue in trouble: what is wrong and why, since when, and the first thing to do as a button. */
export function AttentionLine({ item }: { item: AttentionItem }) {
  const action = item.advice.find((advice) => advice.action !== null)?.action ?? null;
  const words = item.advice.filter((advice) => advice.action === null);
  const go = item.advice.find((advice) => advice.href !== null)?.href ?? null;
  return (
    <li className="flex items-start gap-3 px-3 py-2 hover:bg-hover md:px-4">
      <span className="mt-0.5">
        <SeverityIcon severity={item.severity} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="[overflow-wrap:anywhere]">
          <Link
            href={queueHref(item.queueKey)}
            prefetch={false}
            className="link inline-block max-w-full truncate align-bottom font-medium"
          >
            <JobLine title>{item.queueId.name}</JobLine>
          </Link>
          <span className="mx-2 text-line-strong">·</span>
          <JobLine>{item.sentence}</JobLine>
          {item.rules.length > 0 && (
            <span title={visibleLine(item.rules.join(', '))}>
              <Chip tone={item.severity === 'critical' ? 'crit' : 'warn'} className="ml-2 align-middle">
                alert
              </Chip>
            </span>
          )}
          {item.isStale && <Chip className="ml-1 align-middle">not read lately</Chip>}
        </p>
        <Symptoms sentences={item.under} />
        {item.also.map((sentence) => (
          <p key={sentence} className="text-xs text-ink-2 [overflow-wrap:anywhere]">
            <JobLine>{sentence}</JobLine>
          </p>
        ))}
        <VerdictFacts
          queueKey={item.queueKey}
          since={item.since}
          evidence={item.evidence}
          suggestions={words.map(({ label, href }) => ({ label, ...(href === null ? {} : { href }) }))}
        />
        {item.state === 'failed' && <MostlyFailure queueKey={item.queueKey} />}
      </div>
      <Lasting since={item.since} className="shrink-0 pt-0.5 text-xs whitespace-nowrap text-ink-3" />
      <span className="flex shrink-0 justify-end gap-1.5 max-sm:hidden md:w-36">
        {action !== null && <QueueActionButton queueKey={item.queueKey} action={action} size="sm" />}
        {action === null && (
          <Button size="sm" asChild>
            <Link href={hrefOf(item, go)} prefetch={false}>
              {go === null && item.state !== null ? `See ${item.state} jobs` : buttonWords(go)}
            </Link>
          </Button>
        )}
      </span>
    </li>
  );
}

/** A broker in trouble, which all of its queues share. */
export function BrokerLine({ trouble: { severity, sentence, since, evidence, actions } }: { trouble: BrokerTrouble }) {
  return (
    <li className="flex items-start gap-3 px-3 py-2 hover:bg-hover md:px-4">
      <span className="mt-0.5">
        <SeverityIcon severity={severity} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="font-medium [overflow-wrap:anywhere]">
          <JobLine>{sentence}</JobLine>
        </p>
        <VerdictFacts queueKey={null} since={since} evidence={evidence} suggestions={actions} />
      </div>
      <Lasting since={since} className="shrink-0 pt-0.5 text-xs whitespace-nowrap text-ink-3" />
      <span className="flex shrink-0 justify-end max-sm:hidden md:w-36">
        <Button size="sm" asChild>
          <Link href="/brokers" prefetch={false}>
            See the broker
          </Link>
        </Button>
      </span>
    </li>
  );
}

function hrefOf({ queueKey, state }: AttentionItem, go: string | null): string {
  return go ?? (state === null ? queueHref(queueKey) : jobsHref(queueKey, { state }));
}

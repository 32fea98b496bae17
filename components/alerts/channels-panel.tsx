'use client';
import { Send } from 'lucide-react';
import { useState } from 'react';
import { channelTestSchema, type ChannelState, type ChannelTest } from '@/lib/domain/notification';
import { apiPost } from '../api/client';
import { sentenceOf } from '../api/problem';
import { formatDuration } from '../format/duration';
import { useWhyNot } from '../shell/me';
import { SeverityIcon } from '../shell/severity';
import { Ago } from '../shell/time';
import { Button } from '../ui/button';
import { Chip } from '../ui/chip';
import { JobLine } from '../ui/job-text';
import { Section } from '../ui/page';

/** Where news go, whether they get there, and a button to try it. */
export function ChannelsPanel({ channels }: { channels: readonly ChannelState[] }) {
  return (
    <Section title="Channels" count={channels.length}>
      <ul className="divide-y divide-line">
        {channels.map((channel) => (
          <ChannelRow key={channel.key} channel={channel} />
        ))}
        {channels.length === 0 && (
          <li className="px-3 py-3 text-ink-3 md:px-4">
            No channel: alerts show here and in the log only. Add one to <code className="font-mono">channels</code> in{' '}
            <code className="font-mono">tailback.config.json</code>: a webhook, Slack, e-mail, PagerDuty or
            Alertmanager.
          </li>
        )}
      </ul>
    </Section>
  );
}

function ChannelRow({ channel }: { channel: ChannelState }) {
  const { key, name, kind, target, lastSentAt, failingSince, waiting, lost } = channel;
  const whyNot = useWhyNot('administer');
  const [test, setTest] = useState<ChannelTest | 'running' | { failed: string } | null>(null);
  const run = async () => {
    setTest('running');
    try {
      setTest(await apiPost(`/channels/${encodeURIComponent(key)}/test`, {}, channelTestSchema));
    } catch (error) {
      setTest({ failed: sentenceOf(error) });
    }
  };
  return (
    <li className="px-3 py-2 md:px-4" aria-label={name}>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Chip>{kind}</Chip>
        <JobLine className="min-w-0 truncate font-medium" title>
          {name}
        </JobLine>
        <span className="ml-auto flex shrink-0 items-center gap-2 text-xs text-ink-3">
          {lastSentAt === null ? (
            'nothing sent yet'
          ) : (
            <span>
              sent <Ago at={lastSentAt} />
            </span>
          )}
          <Button
            size="sm"
            onClick={() => void run()}
            blockedBecause={whyNot ?? (test === 'running' ? 'The test runs' : null)}
          >
            <Send size={12} aria-hidden /> {test === 'running' ? 'Testing …' : 'Test'}
          </Button>
        </span>
      </div>
      <p className="mt-0.5 flex flex-wrap gap-x-2 text-xs text-ink-2">
        {target !== name && <JobLine className="[overflow-wrap:anywhere]">{target}</JobLine>}
        <JobLine>{routeWords(channel)}</JobLine>
        {waiting > 0 && failingSince === null && <span>{waiting} waiting</span>}
        {lost > 0 && <span className="text-crit">{lost} given up</span>}
      </p>
      <Trouble channel={channel} />
      <p role="status" className="text-xs [overflow-wrap:anywhere] empty:hidden">
        {test !== null && test !== 'running' && <Result test={test} />}
      </p>
    </li>
  );
}

function Trouble({
  channel: { lastError, failingSince, waiting, oldestWaitingAt, nextAttemptAt },
}: {
  channel: ChannelState;
}) {
  if (lastError === null) return null;
  return (
    <div className="mt-1 flex gap-1.5 text-xs">
      <span className="mt-px">
        <SeverityIcon severity={failingSince === null ? 'warning' : 'critical'} size={13} />
      </span>
      <p className="min-w-0 [overflow-wrap:anywhere]">
        <JobLine className={failingSince === null ? 'text-warn' : 'text-crit'}>{lastError}</JobLine>
        {failingSince !== null && (
          <span className="block text-ink-2">
            Nothing gets through since <Ago at={failingSince} />.{' '}
            {waiting > 0 && oldestWaitingAt !== null && (
              <>
                {waiting === 1 ? '1 notification waits' : `${waiting} notifications wait`}, the oldest since{' '}
                <Ago at={oldestWaitingAt} />; they are sent in order once it answers.
              </>
            )}{' '}
            {nextAttemptAt !== null && nextAttemptAt > 0 && 'It is tried again by itself.'}
          </span>
        )}
      </p>
    </div>
  );
}

function Result({ test }: { test: ChannelTest | { failed: string } }) {
  if ('failed' in test) return <span className="text-crit">{test.failed}</span>;
  const took = formatDuration(test.tookMs);
  return test.ok ? (
    <span className="text-ok">
      Taken in {took}: <JobLine>{test.answer}</JobLine>
    </span>
  ) : (
    <span className="text-crit">
      Not taken, after {took}: <JobLine>{test.answer}</JobLine>
    </span>
  );
}

function routeWords({ severities, queues }: ChannelState): string {
  const what = severities === null ? 'all severities' : severities.join(', ');
  return queues === '*' ? `${what}, all queues` : `${what}, queues ${queues}`;
}

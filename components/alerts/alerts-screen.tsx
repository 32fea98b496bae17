'use client';
import { BellOff } from 'lucide-react';
import type { Alert, Alerts } from '@/lib/domain/alert';
import { formatDuration } from '../format/duration';
import { useLive } from '../live/live-provider';
import { Ago } from '../shell/time';
import { Empty } from '../ui/empty';
import { Page, Section } from '../ui/page';
import { SeverityIcon, severityWord } from '../shell/severity';
import { SkeletonRows } from '../ui/skeleton';
import { AlertLine } from './alert-line';
import { ChannelsPanel } from './channels-panel';
import { ruleWords } from './rule-words';

/** What fires, under which rules, and whether anybody is told. */
export function AlertsScreen() {
  const alerts = useLive((state) => state.alerts);
  if (!alerts)
    return (
      <Page title="Alerts">
        <SkeletonRows />
      </Page>
    );
  const of = (state: Alert['state']) => alerts.alerts.filter((alert) => alert.state === state);
  const firing = of('firing');
  const pending = of('pending');
  const resolved = of('resolved');
  return (
    <Page
      title="Alerts"
      lead={
        <>
          Rules are checked every {formatDuration(alerts.checkEverySeconds * 1000)}
          {alerts.checkedAt === null ? (
            '; not checked yet.'
          ) : (
            <>
              , last <Ago at={alerts.checkedAt} />.
            </>
          )}
        </>
      }
    >
      <Section title="Firing" count={firing.length}>
        {firing.length === 0 ? (
          <Empty icon={<BellOff size={24} strokeWidth={1.5} />} title="Nothing fires" />
        ) : (
          <Lines alerts={firing} />
        )}
      </Section>
      {pending.length > 0 && (
        <Section title="Pending" count={pending.length}>
          <Lines alerts={pending} />
        </Section>
      )}
      <Section title="Resolved in the last 24 hours" count={resolved.length}>
        {resolved.length === 0 ? <p className="px-4 py-3 text-ink-3">None.</p> : <Lines alerts={resolved} />}
      </Section>
      <div className="grid gap-3 lg:grid-cols-2 lg:items-start">
        <Rules rules={alerts.rules} />
        <ChannelsPanel channels={alerts.channels} />
      </div>
    </Page>
  );
}

function Lines({ alerts }: { alerts: readonly Alert[] }) {
  return (
    <ul className="divide-y divide-line">
      {alerts.map((alert) => (
        <AlertLine key={alert.id} alert={alert} />
      ))}
    </ul>
  );
}

function Rules({ rules }: { rules: Alerts['rules'] }) {
  return (
    <Section title="Rules" count={rules.length}>
      <ul className="divide-y divide-line">
        {rules.map((rule, index) => (
          <li key={`${rule.name}${index}`} className="flex gap-3 px-3 py-2 md:px-4">
            <span className="mt-0.5">
              <SeverityIcon severity={rule.severity} />
            </span>
            <div className="min-w-0">
              <p className="font-medium">
                {rule.name}{' '}
                <span className="ml-1 text-xs font-normal text-ink-3">{severityWord(rule.severity).toLowerCase()}</span>
              </p>
              <p className="text-xs text-ink-2">
                {ruleWords(rule)} · queues <code className="font-mono">{[rule.queues].flat().join(', ')}</code>
              </p>
            </div>
          </li>
        ))}
        {rules.length === 0 && <li className="px-4 py-3 text-ink-3">There is no rule, so nothing can fire.</li>}
      </ul>
      <p className="border-t border-line px-3 py-2 text-xs text-ink-3 md:px-4">
        Rules and channels come from <code className="font-mono">tailback.config.json</code> and hold after a restart.
      </p>
    </Section>
  );
}

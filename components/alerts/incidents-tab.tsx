'use client';
import { BellOff } from 'lucide-react';
import type { Alerts } from '@/lib/domain/alert';
import { formatCount } from '../format/number';
import { Empty } from '../ui/empty';
import { Section } from '../ui/page';
import { AlertLine } from './alert-line';
import { IncidentRow } from './incident-row';

/** Those that may fire next are shown up to this number: what fires matters more. */
const MAX_PENDING = 100;

/** What is wrong now, one line a cause; what may be next; what is over. */
export function IncidentsTab({ alerts }: { alerts: Alerts }) {
  const open = alerts.incidents.filter(({ state }) => state === 'firing');
  const ended = alerts.incidents.filter(({ state }) => state === 'resolved');
  const pending = alerts.alerts.filter(({ state }) => state === 'pending');
  const isQuiet = alerts.channels.length === 0 && open.length > 0;
  return (
    <>
      <Section title="Firing" count={open.length}>
        {open.length === 0 ? (
          <Empty icon={<BellOff size={24} strokeWidth={1.5} />} title="Nothing fires">
            {alerts.rules.length === 0 ? 'There is no rule, so nothing can fire.' : 'No rule holds for any queue.'}
          </Empty>
        ) : (
          <ul className="divide-y divide-line">
            {open.map((incident) => (
              <IncidentRow key={incident.id} incident={incident} />
            ))}
          </ul>
        )}
        {isQuiet && (
          <p className="border-t border-line px-3 py-2 text-xs text-ink-3 md:px-4">
            There is no channel: nobody is told but who looks here.
          </p>
        )}
      </Section>
      {pending.length > 0 && (
        <Section title="Pending" count={pending.length}>
          <ul className="divide-y divide-line">
            {pending.slice(0, MAX_PENDING).map((alert) => (
              <AlertLine key={alert.id} alert={alert} />
            ))}
          </ul>
          {pending.length > MAX_PENDING && (
            <p className="border-t border-line px-3 py-2 text-xs text-ink-3 md:px-4">
              and {formatCount(pending.length - MAX_PENDING)} more; Rules shows them by rule
            </p>
          )}
        </Section>
      )}
      <Section title="Ended in the last 24 hours" count={ended.length}>
        {ended.length === 0 ? (
          <p className="px-4 py-3 text-ink-3">None.</p>
        ) : (
          <ul className="divide-y divide-line">
            {ended.map((incident) => (
              <IncidentRow key={incident.id} incident={incident} />
            ))}
          </ul>
        )}
      </Section>
    </>
  );
}

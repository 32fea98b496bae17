'use client';
import type { Alerts } from '@/lib/domain/alert';
import { formatDuration } from '../format/duration';
import { useLive } from '../live/live-provider';
import { Ago } from '../shell/time';
import { Page } from '../ui/page';
import { Segmented } from '../ui/segmented';
import { SkeletonRows } from '../ui/skeleton';
import { ChannelsPanel } from './channels-panel';
import { HistoryTab } from './history-tab';
import { IncidentsTab } from './incidents-tab';
import { RulesTab } from './rules-tab';
import { SilencesTab } from './silences-tab';
import { useAlertParams, type AlertTab } from './use-alert-params';

const TABS: readonly { value: AlertTab; label: string }[] = [
  { value: 'incidents', label: 'Incidents' },
  { value: 'rules', label: 'Rules' },
  { value: 'history', label: 'History' },
  { value: 'silences', label: 'Silences' },
  { value: 'channels', label: 'Channels' },
];

/** What fires and who is on it, under which rules, what is kept quiet, and whether anybody is told. */
export function AlertsScreen() {
  const alerts = useLive((state) => state.alerts);
  const { tab, setParams } = useAlertParams();
  if (!alerts)
    return (
      <Page title="Alerts">
        <SkeletonRows />
      </Page>
    );
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
      <div className="overflow-x-auto">
        <Segmented
          label="What is shown"
          value={tab}
          options={TABS}
          onChange={(next) => void setParams({ tab: next, rule: null })}
        />
      </div>
      <Tab tab={tab} alerts={alerts} />
    </Page>
  );
}

function Tab({ tab, alerts }: { tab: AlertTab; alerts: Alerts }) {
  switch (tab) {
    case 'incidents':
      return <IncidentsTab alerts={alerts} />;
    case 'rules':
      return <RulesTab />;
    case 'history':
      return <HistoryTab />;
    case 'silences':
      return <SilencesTab />;
    case 'channels':
      return <ChannelsPanel channels={alerts.channels} />;
  }
}

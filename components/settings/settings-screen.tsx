'use client';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { Page } from '../ui/page';
import { Segmented } from '../ui/segmented';
import { PeoplePanel } from './people-panel';
import { RolesPanel } from './roles-panel';
import { TokensPanel } from './tokens-panel';

const PARTS = ['people', 'tokens', 'roles'] as const;
const OPTIONS = [
  { value: 'people', label: 'People' },
  { value: 'tokens', label: 'Tokens' },
  { value: 'roles', label: 'Roles' },
] as const;

/** Who may come in, and what they may do. */
export function SettingsScreen() {
  const [part, setPart] = useQueryState('part', parseAsStringLiteral(PARTS).withDefault('people'));
  return (
    <Page
      title="Settings"
      lead="Who may sign in, which programs may call the API, and what each role allows."
      extra={<Segmented label="Part" value={part} options={OPTIONS} onChange={(next) => void setPart(next)} />}
    >
      {part === 'people' && <PeoplePanel />}
      {part === 'tokens' && <TokensPanel />}
      {part === 'roles' && <RolesPanel />}
    </Page>
  );
}

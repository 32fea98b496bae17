'use client';
import { Button } from '../ui/button';
import { usePreferences } from './preferences';

/** Switches absolute times between the viewer's zone and UTC. */
export function ZoneButton() {
  const { zone, setZone } = usePreferences();
  return (
    <Button
      variant="ghost"
      className="w-14 justify-center text-xs max-md:hidden"
      onClick={() => setZone(zone === 'utc' ? 'local' : 'utc')}
      title={
        zone === 'utc'
          ? 'Times are in UTC. Show them in your time zone'
          : 'Times are in your time zone. Show them in UTC'
      }
    >
      {zone === 'utc' ? 'UTC' : 'Local'}
    </Button>
  );
}

'use client';
import { useEffect } from 'react';
import { usePathname } from 'next/navigation';
import { useLive } from '../live/live-provider';

/** Puts the number of firing alerts before the tab's title, where it is seen from another tab. */
export function TitleBadge() {
  const firing = useLive(({ alerts }) => alerts?.incidents.filter(({ state }) => state === 'firing').length ?? 0);
  const pathname = usePathname();
  useEffect(() => {
    const apply = () => {
      const bare = document.title.replace(/^\(\d+\) /, '');
      const wanted = firing > 0 ? `(${firing}) ${bare}` : bare;
      if (document.title !== wanted) document.title = wanted;
    };
    apply();
    // A screen sets its title after it has been drawn.
    const observer = new MutationObserver(apply);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, [firing, pathname]);
  return null;
}

import { usePathname } from 'next/navigation';
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';

/**
 * Going back shows a screen at the place where it was left; a link shows it from its top. The browser does this for the
 * page only, and here it is an element in it that scrolls.
 * @returns the ref of that element
 */
export function useScrollMemory(): RefObject<HTMLElement | null> {
  const scroller = useRef<HTMLElement>(null);
  const pathname = usePathname();
  const places = useRef(new Map<string, number>());
  const isGoingBack = useRef(false);

  useEffect(() => {
    const onPopState = () => {
      isGoingBack.current = true;
    };
    window.addEventListener('popstate', onPopState);
    return () => window.removeEventListener('popstate', onPopState);
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const known = places.current;
    const top = isGoingBack.current ? (known.get(pathname) ?? 0) : 0;
    isGoingBack.current = false;
    element.scrollTo({ top, behavior: 'instant' });
    // Long lists have their height only after they have measured where they begin.
    const frame = requestAnimationFrame(() => {
      if (top > 0) element.scrollTo({ top, behavior: 'instant' });
    });
    const remember = () => known.set(pathname, element.scrollTop);
    element.addEventListener('scroll', remember, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      element.removeEventListener('scroll', remember);
    };
  }, [pathname]);
  return scroller;
}

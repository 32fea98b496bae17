'use client';
import { useLayoutEffect, useState, type RefObject } from 'react';

/** The element that scrolls on every screen. */
export function scrollElement(): HTMLElement | null {
  return document.getElementById('main');
}

/** How far below the top of the scrolled content a list begins, px; measured again when what stands above it changes its size. */
export function useListOffset(list: RefObject<HTMLElement | null>): number {
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const main = scrollElement();
    if (!main) return;
    const measure = () => {
      if (list.current)
        setOffset(
          Math.round(list.current.getBoundingClientRect().top - main.getBoundingClientRect().top + main.scrollTop),
        );
    };
    measure();
    const observer = new ResizeObserver(measure);
    for (const part of main.querySelectorAll(':scope > *, :scope > * > *')) observer.observe(part);
    return () => observer.disconnect();
  }, [list]);
  return offset;
}

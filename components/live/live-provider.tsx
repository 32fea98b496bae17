'use client';
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { goToSignIn } from '../api/sign-in-redirect';
import { LiveStore, type LiveState } from './live-store';
import { feed } from './shared-stream';

const StoreContext = createContext<LiveStore | null>(null);

/** Opens the live stream for everything inside it. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [store] = useState(() => new LiveStore());
  useEffect(() => {
    const stop = feed(store);
    const onVisibility = () => store.setHidden(document.hidden);
    document.addEventListener('visibilitychange', onVisibility);
    const unsubscribe = store.subscribe(() => {
      const { state } = store.get().link;
      if (state === 'ended') goToSignIn();
      if (state === 'stale') location.reload();
    });
    return () => {
      unsubscribe();
      document.removeEventListener('visibilitychange', onVisibility);
      stop();
    };
  }, [store]);
  return <StoreContext value={store}>{children}</StoreContext>;
}

export function useLiveStore(): LiveStore {
  const store = useContext(StoreContext);
  if (!store) throw new Error('useLive needs a LiveProvider around it');
  return store;
}

/** A part of the live state. `select` must return the same object for the same state. */
export function useLive<T>(select: (state: LiveState) => T): T {
  const store = useLiveStore();
  return useSyncExternalStore(
    store.subscribe,
    () => select(store.get()),
    () => select(store.get()),
  );
}

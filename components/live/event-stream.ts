import { liveEventSchemas, type LiveEvent, type LiveEventName } from '@/lib/domain/live';
import type { Link } from './live-store';

const STREAM = '/api/v1/stream';
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 20_000;
/** The server speaks about once a second; after this much silence the connection counts as dead. */
const SILENCE_MS = 20_000;

export type StreamHandlers = {
  onEvent(event: LiveEvent): void;
  onLink(state: Link['state']): void;
};

/** Opens the stream and keeps it open until the returned function is called. */
export function openEventStream({ onEvent, onLink }: StreamHandlers): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempts = 0;
  let heardAt = Date.now();
  let isClosed = false;

  const open = () => {
    if (isClosed) return;
    heardAt = Date.now();
    source = new EventSource(STREAM);
    source.onopen = () => {
      heardAt = Date.now();
    };
    source.onerror = () => {
      onLink('lost');
      // While CONNECTING the browser retries by itself, and resumes with Last-Event-ID.
      if (source?.readyState === EventSource.CLOSED) void again();
    };
    for (const name of Object.keys(liveEventSchemas) as LiveEventName[])
      source.addEventListener(name, (message: MessageEvent<string>) => {
        heardAt = Date.now();
        const event = parseEvent(name, message.data);
        if (!event) return;
        attempts = 0;
        if (event.event === 'bye') return onBye(event.data.reason);
        onLink('open');
        onEvent(event);
      });
  };

  const onBye = (reason: 'session-ended' | 'role-changed' | 'shutdown' | 'slow') => {
    source?.close();
    if (reason !== 'session-ended' && reason !== 'role-changed') return void again();
    close();
    onLink(reason === 'role-changed' ? 'stale' : 'ended');
  };

  const again = async () => {
    source?.close();
    onLink('lost');
    clearTimeout(timer);
    if (await isSignedOut()) {
      close();
      return onLink('ended');
    }
    const wait = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts) * (0.75 + Math.random() / 2);
    attempts += 1;
    timer = setTimeout(open, wait);
  };

  const watchdog = setInterval(() => {
    if (source?.readyState === EventSource.OPEN && Date.now() - heardAt > SILENCE_MS) void again();
  }, 5000);

  const close = () => {
    isClosed = true;
    clearTimeout(timer);
    clearInterval(watchdog);
    source?.close();
  };

  open();
  return close;
}

/** `null` for an event that does not fit its schema: a newer server may say more than this page understands. */
export function parseEvent(name: LiveEventName, text: string): LiveEvent | null {
  try {
    const parsed = liveEventSchemas[name].safeParse(JSON.parse(text));
    if (parsed.success) return { event: name, data: parsed.data } as LiveEvent;
    console.warn(`Ignored a live event "${name}" that does not fit:`, parsed.error.issues.slice(0, 3));
  } catch {
    console.warn(`Ignored a live event "${name}" that is not JSON`);
  }
  return null;
}

async function isSignedOut(): Promise<boolean> {
  try {
    return (await fetch('/api/v1/me', { headers: { accept: 'application/json' } })).status === 401;
  } catch {
    return false;
  }
}

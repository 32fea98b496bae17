import type { LiveEvent } from '@/lib/domain/live';
import { openEventStream } from './event-stream';
import type { Link, LiveStore } from './live-store';

const NAME = 'tailback-live';

type Message =
  | { type: 'event'; event: LiveEvent }
  | { type: 'link'; state: Link['state'] }
  /** A tab that has just joined asks the leader for all it knows. */
  | { type: 'hello' };

/**
 * Feeds `store`. One tab of the browser holds the stream (the one with the lock) and passes events on to the others,
 * since HTTP/1.1 allows six connections a host. Web Locks do not exist on plain HTTP off loopback: there every tab
 * opens a stream of its own.
 */
export function feed(store: LiveStore): () => void {
  const locks = (navigator as { locks?: LockManager }).locks;
  if (!locks || typeof BroadcastChannel === 'undefined')
    return openEventStream({ onEvent: (event) => store.apply(event), onLink: (state) => store.setLink(state) });

  const channel = new BroadcastChannel(NAME);
  const post = (message: Message) => channel.postMessage(message);
  const abort = new AbortController();
  let isLeader = false;

  channel.onmessage = ({ data: message }: MessageEvent<Message>) => {
    if (message.type === 'hello') {
      if (isLeader) for (const known of everything(store)) post(known);
    } else if (!isLeader) {
      if (message.type === 'event') store.apply(message.event);
      else store.setLink(message.state);
    }
  };
  post({ type: 'hello' });

  void locks
    .request(NAME, { signal: abort.signal }, () => {
      // The lock may be granted in the moment in which the screen goes away.
      if (abort.signal.aborted) return;
      isLeader = true;
      const close = openEventStream({
        onEvent: (event) => {
          store.apply(event);
          post({ type: 'event', event });
        },
        onLink: (state) => {
          store.setLink(state);
          post({ type: 'link', state });
        },
      });
      return new Promise<void>((resolve) =>
        abort.signal.addEventListener('abort', () => {
          close();
          resolve();
        }),
      );
    })
    .catch(() => undefined); // aborted while waiting: this tab was never the leader

  return () => {
    abort.abort();
    channel.close();
  };
}

function everything(store: LiveStore): Message[] {
  const { at, queues, alerts, brokers, operations } = store.latest;
  const messages: Message[] = [{ type: 'link', state: store.get().link.state }];
  if (at !== null) messages.push({ type: 'event', event: { event: 'snapshot', data: { at, queues: [...queues] } } });
  if (alerts) messages.push({ type: 'event', event: { event: 'alerts', data: alerts } });
  if (brokers) messages.push({ type: 'event', event: { event: 'brokers', data: brokers } });
  for (const operation of operations.values())
    messages.push({ type: 'event', event: { event: 'operation', data: operation } });
  return messages;
}

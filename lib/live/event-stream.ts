import type { LiveEvent } from '../domain/live';
import type { LiveMirror, NumberedEvent } from './live-mirror';
import type { OperationBoard } from './operation-board';

/** Comments that keep proxies from closing a quiet stream. */
const HEARTBEAT_MS = 15_000;
/** How often it is checked that the person may still listen. */
const SESSION_CHECK_MS = 5_000;
/** A reader that lets this much pile up is cut off; it reconnects and gets a fresh snapshot. */
const MAX_BACKLOG_BYTES = 8_000_000;

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // no-transform keeps compressing proxies and servers from holding events back.
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
};

/** Live views that one person may have open: tabs of a browser share one where they can. */
export const MAX_STREAMS_A_PERSON = 32;

export type Reader = {
  /** Whose stream it is. */
  who: string;
  /** Asked every few seconds; when there is a reason the stream says `bye` with it and ends. */
  whyEnd: () => 'session-ended' | 'role-changed' | null;
  /** What this reader may see of an event, `null` for nothing. Absent: everything, put into words once for all such readers. */
  narrow?: (event: NumberedEvent) => NumberedEvent | null;
};

/** All open streams of this process. */
export class EventStreams {
  private readonly open = new Map<(event: LiveEvent) => void, string>();

  constructor(
    private readonly mirror: LiveMirror,
    private readonly operations: OperationBoard,
    private readonly maxOpen: number,
  ) {}

  get size(): number {
    return this.open.size;
  }

  /** Why no more can be opened now for `who`; `null` when it can. */
  whyFull(who: string): 'all' | 'person' | null {
    if (this.open.size >= this.maxOpen) return 'all';
    let own = 0;
    for (const other of this.open.values()) if (other === who) own += 1;
    return own >= MAX_STREAMS_A_PERSON ? 'person' : null;
  }

  /** A Server-Sent Events response for one reader. */
  response(lastEventId: string | null, signal: AbortSignal, reader: Reader): Response {
    let stop: () => void = () => undefined;
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          stop = this.serve(controller, lastEventId, reader);
          signal.addEventListener('abort', stop);
          if (signal.aborted) stop();
        },
        cancel: () => stop(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: MAX_BACKLOG_BYTES }),
    );
    return new Response(body, { headers: HEADERS });
  }

  /** Says `bye` to everybody: the process ends. */
  closeAll(): void {
    for (const end of [...this.open.keys()]) end({ event: 'bye', data: { reason: 'shutdown' } });
  }

  private serve(
    controller: ReadableStreamDefaultController<Uint8Array>,
    lastEventId: string | null,
    { who, whyEnd, narrow }: Reader,
  ): () => void {
    let isOpen = true;
    let unlisten: () => void = () => undefined;
    const stop = () => {
      if (!isOpen) return;
      isOpen = false;
      clearInterval(heartbeat);
      clearInterval(check);
      unlisten();
      this.open.delete(end);
      try {
        controller.close();
      } catch {
        // The reader has gone already.
      }
    };
    const write = (bytes: Uint8Array) => {
      if (!isOpen) return;
      controller.enqueue(bytes);
      if ((controller.desiredSize ?? 1) <= 0) stop();
    };
    const end = (event: LiveEvent) => {
      write(frame({ ...event, id: null }));
      stop();
    };
    const heartbeat = setInterval(() => write(HEARTBEAT), HEARTBEAT_MS);
    const check = setInterval(() => {
      const reason = whyEnd();
      if (reason) end({ event: 'bye', data: { reason } });
    }, SESSION_CHECK_MS);
    this.open.set(end, who);
    // Headers leave with the first byte, so that a board with nothing to say connects at once.
    write(HELLO);
    const tell = (event: NumberedEvent) => {
      if (!narrow) return write(frame(event));
      const narrowed = narrow(event);
      if (narrowed) write(textOf(narrowed));
    };
    const unlistens = [this.mirror.listen(tell, lastEventId), this.operations.listen(tell)];
    unlisten = () => unlistens.forEach((end) => end());
    return stop;
  }
}

const encoder = new TextEncoder();
const HEARTBEAT = encoder.encode(': \n\n');
const HELLO = encoder.encode('retry: 2000\n\n');

/** An event goes to every open browser; it is put into words once. */
const frames = new WeakMap<NumberedEvent, Uint8Array>();

function frame(numbered: NumberedEvent): Uint8Array {
  const known = frames.get(numbered);
  if (known) return known;
  const bytes = textOf(numbered);
  frames.set(numbered, bytes);
  return bytes;
}

function textOf({ id, event, data }: NumberedEvent): Uint8Array {
  return encoder.encode(`${id === null ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

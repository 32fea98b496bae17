/** Open live views, as many browsers would hold them: each reads the event stream and counts what comes. */
export class Browsers {
  events = 0;
  private readonly stop = new AbortController();

  private constructor() {}

  /** @throws when a stream is refused */
  static async open(url: string, token: string, count: number): Promise<Browsers> {
    const browsers = new Browsers();
    await Promise.all(Array.from({ length: count }, () => browsers.connect(url, token)));
    return browsers;
  }

  reset(): void {
    this.events = 0;
  }

  close(): void {
    this.stop.abort();
  }

  private async connect(url: string, token: string): Promise<void> {
    const response = await fetch(`${url}/api/v1/stream`, {
      headers: { Authorization: `Bearer ${token}` },
      signal: this.stop.signal,
    });
    if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`);
    void this.read(response.body.getReader());
  }

  private async read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        this.events += decoder.decode(value, { stream: true }).split('\nevent: ').length - 1;
      }
    } catch {
      // Closed by us at the end of a measurement.
    }
  }
}

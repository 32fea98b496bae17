import { searchLineSchema, type SearchLine } from '@/lib/domain/search';

/** The lines of a streamed search as they come. Ends when the stream ends. @throws ZodError for a line of another kind */
export async function* readSearch(response: Response): AsyncGenerator<SearchLine> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') yield searchLineSchema.parse(JSON.parse(line));
      if (done) return;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

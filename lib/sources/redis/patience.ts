import { toAppError } from './driver-errors';

/** A library may wait for its connection without end; a person does not. */
const PATIENCE_MS = 2_500;

/** Puts questions to one Redis for people who wait: with an end, and with errors in our words. */
export class Patience {
  constructor(private readonly source: string) {}

  /** @throws AppError `source-down`, `unsupported` for what the driver says */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await withPatience(question());
    } catch (error) {
      throw toAppError(error, this.source);
    }
  }

  /** As `ask`, for a change; a question should have been answered before, so that nothing is sent into the void. */
  async write<T>(change: () => Promise<T>): Promise<T> {
    try {
      return await withPatience(change());
    } catch (error) {
      throw toAppError(error, this.source, true);
    }
  }
}

/** @throws Error `Command timed out` */
export async function withPatience<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Command timed out')), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

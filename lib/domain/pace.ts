import { z } from 'zod';

/** Jobs per second unless a person asks for another pace. */
export const DEFAULT_PACE = 500;
export const MAX_PACE = 50_000;

/** Jobs per second; `null`: as fast as the broker takes them. */
export const paceSchema = z.int().min(1).max(MAX_PACE).nullable().default(DEFAULT_PACE);

import { z } from 'zod';
import { elevationSchema, type Elevation } from '../domain/elevation';
import { PrivateRecords } from './private-records';

const storedSchema = elevationSchema.extend({ session: z.string(), email: z.string(), address: z.string() });
export type StoredElevation = z.infer<typeof storedSchema>;

const fileSchema = z
  .object({ version: z.literal(1), elevations: z.array(storedSchema) })
  .transform(({ elevations }) => elevations);

/** Roles that are raised now, by session, in `elevations.json` of the data folder. */
export class ElevationsFile {
  private readonly records: PrivateRecords<StoredElevation>;

  constructor(dataDir: string) {
    this.records = new PrivateRecords<StoredElevation>(dataDir, {
      name: 'elevations.json',
      read: fileSchema as unknown as z.ZodType<StoredElevation[]>,
      write: (elevations) => ({ version: 1, elevations }),
      keyOf: ({ session }) => session,
      advice: 'not a file of raised roles of this version; remove it, and nobody’s role is raised',
    });
  }

  refresh(now?: number): Promise<void> {
    return this.records.refresh(now);
  }

  /** The session's raised role, from the last look; `null` when there is none or its time is over. */
  of(session: string | undefined, now: number = Date.now()): Elevation | null {
    const found = session === undefined ? null : this.records.get(session);
    return found && found.until > now ? found : null;
  }

  /** Raises a session's role; one that is raised already is replaced. */
  async start(elevation: StoredElevation): Promise<void> {
    await this.records.update((all) => new Map(all).set(elevation.session, elevation).values());
  }

  /** Ends a session's raised role. @returns what has ended; `null` when there was none, or another process was first */
  async end(session: string): Promise<StoredElevation | null> {
    return (await this.take((one) => one.session === session))[0] ?? null;
  }

  /** Takes away those whose time is over, or whose session `hasEnded`. Each is returned once, to one process. */
  async takeEnded(
    hasEnded: (elevation: StoredElevation) => boolean,
    now: number = Date.now(),
  ): Promise<StoredElevation[]> {
    const isOver = (one: StoredElevation) => one.until <= now || hasEnded(one);
    await this.records.refresh();
    return this.records.all().some(isOver) ? this.take(isOver) : [];
  }

  private async take(isMeant: (elevation: StoredElevation) => boolean): Promise<StoredElevation[]> {
    let taken: StoredElevation[] = [];
    await this.records.update((all) => {
      taken = [...all.values()].filter(isMeant);
      return [...all.values()].filter((one) => !taken.includes(one));
    });
    return taken;
  }
}

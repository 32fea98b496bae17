import { fingerprintOf } from '../../failures/fingerprint';
import { newestStack } from '../../failures/stack';

/** Failures of one page often repeat each other to the letter; so many different ones are remembered. */
const REMEMBERED = 1_000;
/** Enough of a stack to hold its message and the frames that tell groups apart. */
const KEY_CHARS = 2_000;

/** Tells failure groups, remembering those just told. */
export function fingerprints(): (reason: string, stacktrace: string | null) => string {
  const known = new Map<string, string>();
  return (reason, stacktrace) => {
    const stack = newestStack(stacktrace);
    const isShort = reason.length + (stack?.length ?? 0) <= KEY_CHARS;
    const key = `${reason}\u0000${stack ?? ''}`;
    const before = isShort ? known.get(key) : undefined;
    if (before !== undefined) return before;
    const { fingerprint } = fingerprintOf({ reason, stack });
    if (isShort) {
      if (known.size >= REMEMBERED) known.clear();
      known.set(key, fingerprint);
    }
    return fingerprint;
  };
}

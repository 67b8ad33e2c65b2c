import { type Limit, narrowed } from './limit';

/** The maximum number of cached limits: services use only the few limits that are written in their code. */
const MAX_REMEMBERED = 64;
/** A factor that is larger than the number of seconds in the longest window. */
const WINDOWS = 4_194_304;

const remembered = new WeakMap<Limit, Map<number, Limit>>();

/** Caches the results of {@link narrowed} for limits that are used repeatedly. */
export function rememberedNarrowed(by: Limit, limit: number | null, windowSeconds: number | null): Limit {
  let known = remembered.get(by);
  if (known === undefined) {
    known = new Map();
    remembered.set(by, known);
  }
  // Exact as long as the limit has at most 31 bits; for a larger limit, the result is computed each time.
  const asked = (limit ?? 0) * WINDOWS + (windowSeconds ?? 0);
  if (!Number.isSafeInteger(asked)) return narrowed(by, limit, windowSeconds);
  const found = known.get(asked);
  if (found) return found;
  const made = narrowed(by, limit, windowSeconds);
  if (known.size >= MAX_REMEMBERED) known.clear();
  known.set(asked, made);
  return made;
}

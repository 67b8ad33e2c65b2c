import type { LiveExecutor } from '../../storage/worker-heartbeat';

/** A worker counts as dead after this time without a heartbeat, measured by the observer's clock. */
const DEAD_AFTER_MS = 3_000;
/** After this time without a poll, an observer cannot know which workers were silent in the meantime. */
const BLIND_AFTER_MS = 1_500;

/**
 * Detects silent workers. The detector relies only on this worker's own observations, so that a clock jump never causes a worker to be
 * declared dead.
 */
export class FailureDetector {
  private readonly heard = new Map<string, { readonly beats: number; since: number }>();
  private lookedAt = Number.NEGATIVE_INFINITY;

  /**
   * Records an observation.
   * @param now the current time in monotonic milliseconds.
   * @returns the workers that have been silent for too long.
   */
  observe(living: readonly LiveExecutor[], now: number): readonly LiveExecutor[] {
    const wasBlind = now - this.lookedAt > BLIND_AFTER_MS;
    this.lookedAt = now;
    const present = new Set(living.map(({ id }) => id));
    for (const id of this.heard.keys()) if (!present.has(id)) this.heard.delete(id);
    return living.filter(({ id, beats }) => {
      const known = this.heard.get(id);
      if (known?.beats !== beats) {
        this.heard.set(id, { beats, since: now });
        return false;
      }
      if (wasBlind) known.since = now;
      return now - known.since >= DEAD_AFTER_MS;
    });
  }
}

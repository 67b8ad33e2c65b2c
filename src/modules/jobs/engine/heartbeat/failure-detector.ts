import type { LiveExecutor } from '../../storage/worker-heartbeat';

/** A worker counts as dead after this time without a heartbeat, by the observer's clock. */
const DEAD_AFTER_MS = 3_000;
/** An observer that has not looked for this long cannot tell which workers were silent meanwhile. */
const BLIND_AFTER_MS = 1_500;

/** Detects which of the other workers are silent, only by what this worker has observed, so that a clock that jumps kills no worker. */
export class FailureDetector {
  private readonly heard = new Map<string, { readonly beats: number; since: number }>();
  private lookedAt = Number.NEGATIVE_INFINITY;

  /**
   * Records an observation.
   * @param now monotonic milliseconds.
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

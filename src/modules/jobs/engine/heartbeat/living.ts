import type { LivingExecutor } from '../../storage/heartbeat';

/** A worker is taken for dead when it has told nothing for so long, by the clock of whoever looks on. */
const DEAD_AFTER_MS = 3_000;
/** Who has not looked for so long cannot say who was silent meanwhile. */
const BLIND_AFTER_MS = 1_500;

/** Which of the other workers are silent: by what one has seen oneself, so that no clock that jumps kills anybody. */
export class Living {
  private readonly heard = new Map<string, { readonly beats: number; since: number }>();
  private lookedAt = Number.NEGATIVE_INFINITY;

  /**
   * Notes what was seen. @param now monotonic milliseconds.
   * @returns who has been silent for too long.
   */
  look(living: readonly LivingExecutor[], now: number): readonly LivingExecutor[] {
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

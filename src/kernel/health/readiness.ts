/** What is missing before this process can serve, as one short sentence; `null` when nothing is. */
export type ReadinessCheck = () => string | null;

/** Whether a process can serve: every part adds a check, and stopping turns it off before anything closes. */
export class Readiness {
  private readonly checks = new Map<string, ReadinessCheck>();
  private readonly notes = new Map<string, ReadinessCheck>();
  private stopping = false;

  /** Adds a check, or replaces the one of this name. */
  add(name: string, check: ReadinessCheck): void {
    this.checks.set(name, check);
  }

  /** A part that is not there yet; {@link add} under the same name replaces it. */
  awaits(name: string, what: string): void {
    this.add(name, () => what);
  }

  /** Adds what an operator should know although this process serves, as a check that says so. */
  addNote(name: string, check: ReadinessCheck): void {
    this.notes.set(name, check);
  }

  remove(name: string): void {
    this.checks.delete(name);
  }

  /** From now on not ready, so that nothing new is sent here while calls in flight finish. */
  stop(): void {
    this.stopping = true;
  }

  /** Everything that is missing now; empty when ready. */
  missing(): readonly string[] {
    if (this.stopping) return ['stopping'];
    return [...this.checks.values()].map((check) => check()).filter((missing) => missing !== null);
  }

  /** Everything that an operator should know now; empty when there is nothing. */
  noted(): readonly string[] {
    return [...this.notes.values()].map((check) => check()).filter((note) => note !== null);
  }
}

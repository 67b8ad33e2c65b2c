export type PluginState = 'OK' | 'NOT_READY' | 'WARN';

/** The state of each part that starts independently: `bundle`, `decision_logs` and `status`. */
export class PluginStates {
  private readonly states = new Map<string, PluginState>();
  private wasReady = false;
  private waiting: (() => void)[] = [];

  set(name: string, state: PluginState): void {
    this.states.set(name, state);
    if (!this.isReady) return;
    this.waiting.forEach((resolve) => {
      resolve();
    });
    this.waiting = [];
  }

  /** Returns the states by name. */
  all(): Readonly<Record<string, PluginState>> {
    return Object.fromEntries(this.states);
  }

  /** Returns whether all parts are up. */
  get isReady(): boolean {
    const isReady = [...this.states.values()].every((state) => state === 'OK');
    this.wasReady ||= isReady;
    return isReady;
  }

  /** Returns whether all parts have ever been up at the same time. */
  get hasBeenReady(): boolean {
    return this.isReady || this.wasReady;
  }

  isUp(name: string): boolean {
    return (this.states.get(name) ?? 'OK') === 'OK';
  }

  /** Resolves when all parts are up. */
  whenReady(): Promise<void> {
    if (this.isReady) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting.push(resolve);
    });
  }
}

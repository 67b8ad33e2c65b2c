/** The started parts of a process. They stop in reverse order, even if a later part fails to start. */
export class RunningParts {
  private readonly stops: (() => Promise<void>)[] = [];

  /** Registers a callback that stops a part. */
  onStop(stop: () => Promise<void>): void {
    this.stops.push(stop);
  }

  /** Stops all parts; the part that started last stops first. A part that fails to stop does not keep the other parts from stopping. */
  async stop(): Promise<void> {
    const failures: unknown[] = [];
    for (let stop = this.stops.pop(); stop; stop = this.stops.pop()) {
      try {
        await stop();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Some components did not stop cleanly.');
  }
}

/** Wakes one who waits for something to have happened; remembers that it has rung until it is muted. */
export class Notifier {
  private isNotified = false;
  private wake: (() => void) | null = null;

  notify(): void {
    this.isNotified = true;
    this.wake?.();
  }

  reset(): void {
    this.isNotified = false;
  }

  notified(): Promise<void> {
    if (this.isNotified) return Promise.resolve();
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}

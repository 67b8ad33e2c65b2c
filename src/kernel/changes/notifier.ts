/** Wakes the only waiter for an event. A notification is remembered until the notifier is reset. */
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

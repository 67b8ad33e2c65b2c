/** Wakes one who waits for something to have happened; remembers that it has rung until it is muted. */
export class Bell {
  private hasRung = false;
  private wake: (() => void) | null = null;

  ring(): void {
    this.hasRung = true;
    this.wake?.();
  }

  mute(): void {
    this.hasRung = false;
  }

  rung(): Promise<void> {
    if (this.hasRung) return Promise.resolve();
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}

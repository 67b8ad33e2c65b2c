const ASK_EVERY_MS = 1_000;
/** A single late response indicates only that the machine is busy. */
const UNANSWERED = 2;

/**
 * Detects a sidecar that keeps its connections but does not respond. It checks the sidecar's health only when {@link isAnswering} is
 * called, so it needs no timer.
 */
export class ServerProbe {
  private askedAtMs = Number.NEGATIVE_INFINITY;
  private isAsking = false;
  private unanswered = 0;

  /**
   * @param ask resolves to whether the sidecar has responded in time.
   * @param nowMs monotonic time.
   */
  constructor(
    private readonly ask: () => Promise<boolean>,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Returns false once two checks in a row have received no response. Starts a new check if the last check is at least a second old. */
  isAnswering(): boolean {
    if (!this.isAsking && this.nowMs() - this.askedAtMs >= ASK_EVERY_MS) void this.askAgain();
    return this.unanswered < UNANSWERED;
  }

  private async askAgain(): Promise<void> {
    this.isAsking = true;
    this.askedAtMs = this.nowMs();
    const hasAnswered = await this.ask().catch(() => false);
    this.unanswered = hasAnswered ? 0 : this.unanswered + 1;
    this.isAsking = false;
  }
}

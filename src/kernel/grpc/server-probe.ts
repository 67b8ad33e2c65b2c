const ASK_EVERY_MS = 1_000;
/** One late answer is of a busy machine. */
const UNANSWERED = 2;

/**
 * Detects a sidecar that keeps its connections and does not answer. It asks for the sidecar's health whenever somebody wants to
 * know, so it needs no timer.
 */
export class ServerProbe {
  private askedAtMs = Number.NEGATIVE_INFINITY;
  private isAsking = false;
  private unanswered = 0;

  /**
   * @param ask resolves with whether the sidecar has answered in time.
   * @param nowMs monotonic time.
   */
  constructor(
    private readonly ask: () => Promise<boolean>,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Returns false once two questions in a row had no answer. Asks again when the last question is a second old. */
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

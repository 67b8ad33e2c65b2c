/** The current time, injected so that a test can control it. */
export abstract class Clock {
  /** Unix time in milliseconds. */
  abstract nowMs(): number;
}

/** The machine's clock. */
export class SystemClock extends Clock {
  override nowMs(): number {
    return Date.now();
  }
}

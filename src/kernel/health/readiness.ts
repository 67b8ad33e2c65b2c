import type { HealthIndicatorFunction } from '@nestjs/terminus';
import { healthIndicators, type ReadinessIndicator } from './readiness-indicator';

/**
 * The checks that determine whether a process can serve requests: the parts that it waits for at startup, then the indicators of its
 * modules.
 */
export class Readiness {
  private readonly awaited = new Map<string, string>();
  private indicators: readonly ReadinessIndicator[] = [];
  private stopping = false;

  /** Marks a part as not ready until {@link remove} is called. */
  awaits(name: string, what: string): void {
    this.awaited.set(name, what);
  }

  remove(name: string): void {
    this.awaited.delete(name);
  }

  /** Adds these indicators to the checks from now on. */
  use(indicators: readonly ReadinessIndicator[]): void {
    this.indicators = indicators;
  }

  /** Marks the process as not ready, so that no new requests are sent here while calls in flight finish. */
  stop(): void {
    this.stopping = true;
  }

  /** Returns the current checks for Terminus. Each is `down` with the `missing` part, or `up`, possibly with a `note`. */
  checks(): HealthIndicatorFunction[] {
    if (this.stopping) return [awaiting('process', 'stopping')];
    return [
      ...[...this.awaited].map(([name, what]) => awaiting(name, what)),
      ...this.indicators.map((indicator) => () => indicator.check()),
    ];
  }
}

function awaiting(name: string, missing: string): HealthIndicatorFunction {
  return () => healthIndicators.check(name).down({ missing });
}

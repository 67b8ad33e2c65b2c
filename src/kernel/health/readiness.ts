import type { HealthIndicatorFunction } from '@nestjs/terminus';
import { healthIndicators, type ReadinessIndicator } from './readiness-indicator';

/** The checks by which a process can serve or cannot: parts that it waits for at its start, then what its modules check. */
export class Readiness {
  private readonly awaited = new Map<string, string>();
  private indicators: readonly ReadinessIndicator[] = [];
  private stopping = false;

  /** Says that a part is not there yet, until {@link remove}. */
  awaits(name: string, what: string): void {
    this.awaited.set(name, what);
  }

  remove(name: string): void {
    this.awaited.delete(name);
  }

  /** Checks by these as well, from now on. */
  use(indicators: readonly ReadinessIndicator[]): void {
    this.indicators = indicators;
  }

  /** From now on not ready, so that nothing new is sent here while calls in flight finish. */
  stop(): void {
    this.stopping = true;
  }

  /** The checks of this moment, for Terminus: each is `down` with what is `missing`, or `up`, perhaps with a `note`. */
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

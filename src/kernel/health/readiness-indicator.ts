import type { DiscoveryService } from '@nestjs/core';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';

/** Creates the results of indicators. It has no state and no dependencies, so it does not need to be injected. */
export const healthIndicators = new HealthIndicatorService();

/**
 * Checks a part of this process as a Terminus health indicator. `down` names the missing part and keeps the process from serving; `up` may
 * include a note for operators. The module that owns the checked part provides the indicator, so that a process checks only the parts that
 * it hosts, and not the consequences of faults in other processes.
 */
export abstract class ReadinessIndicator {
  abstract readonly key: string;
  /** The indicator's position in the response: causes come before their possible consequences. Unique within a process. */
  abstract readonly order: number;

  /**
   * Returns the missing part as one short sentence; `null` if nothing is missing. It reads only memory; if a check has to query the store,
   * use a `@Scheduled` method that remembers its result.
   */
  protected abstract missing(): string | null;

  /** Returns a note for operators as one short sentence; `null` if there is none. */
  protected note(): string | null {
    return null;
  }

  check(): HealthIndicatorResult {
    const indicator = healthIndicators.check(this.key);
    const [missing, note] = [this.missing(), this.note()];
    return missing === null ? indicator.up(note === null ? {} : { note }) : indicator.down({ missing });
  }
}

/** Returns the readiness indicators that the modules of a container provide, in the order in which they appear in the response. */
export function readinessIndicators(discovery: DiscoveryService): readonly ReadinessIndicator[] {
  const provided = new Set(discovery.getProviders().map(({ instance }) => instance as unknown));
  const indicators = [...provided].filter((instance) => instance instanceof ReadinessIndicator);
  return indicators.sort((a, b) => a.order - b.order);
}

import type { DiscoveryService } from '@nestjs/core';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';

/** Makes the results of indicators; it has no state and no dependencies, so that nothing has to inject it. */
export const healthIndicators = new HealthIndicatorService();

/**
 * Checks a part of this process as a Terminus health indicator. `down` names the missing part and keeps the process from serving;
 * `up` may carry a note for operators. The module that owns the checked part provides it, so that a
 * process checks what it hosts, and nothing that follows from a check of another process.
 */
export abstract class ReadinessIndicator {
  abstract readonly key: string;
  /** Its place in the answer: causes come before what they may cause. Each indicator of a process has another. */
  abstract readonly order: number;

  /**
   * Returns what is missing, as one short sentence; `null` when nothing is. It answers from memory: a check that has to ask the
   * store is a `@Scheduled` method that keeps its result.
   */
  protected abstract missing(): string | null;

  /** Returns what an operator should know, as one short sentence; `null` when there is nothing. */
  protected note(): string | null {
    return null;
  }

  check(): HealthIndicatorResult {
    const indicator = healthIndicators.check(this.key);
    const [missing, note] = [this.missing(), this.note()];
    return missing === null ? indicator.up(note === null ? {} : { note }) : indicator.down({ missing });
  }
}

/** Returns the readiness indicators that the modules of a container provide, in the order of the answer. */
export function readinessIndicators(discovery: DiscoveryService): readonly ReadinessIndicator[] {
  const provided = new Set(discovery.getProviders().map(({ instance }) => instance as unknown));
  const indicators = [...provided].filter((instance) => instance instanceof ReadinessIndicator);
  return indicators.sort((a, b) => a.order - b.order);
}

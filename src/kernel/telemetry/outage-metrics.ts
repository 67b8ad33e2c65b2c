import { Counter } from 'prom-client';
import type { OutageReason } from '../errors/reason';

// Constants, because decorators of decision RPCs record outages and have no container to inject them from.
const outageDecisions = new Counter({
  name: 'coresdk_outage_denials_total',
  help: 'Decisions that were denied because of an outage, by RPC or pipeline stage and by reason.',
  labelNames: ['method', 'reason'] as const,
});
const failOpenDecisions = new Counter({
  name: 'coresdk_fail_open_decisions_total',
  help: 'Decisions that an outage denied although CORESDK_FAIL_MODE=open would have allowed them.',
  labelNames: ['method', 'reason'] as const,
});

/** Minimum time between two warnings. */
const WARN_EVERY_MS = 1_000;

type Warn = (message: string) => void;

/**
 * Counts decisions that were denied because of an outage. `CORESDK_FAIL_MODE=open` (never in production) would have allowed each of them.
 * With that setting, such a decision is counted separately, logged as a warning, and remains a denial. There is one instance per process.
 */
class OutageMetrics {
  private warn: Warn | null = null;
  private warnedAt = Number.NEGATIVE_INFINITY;
  private unreported = 0;

  /** @param tell receives the warnings; `null` in `closed` mode. */
  configure(tell: Warn | null): void {
    this.warn = tell;
  }

  /** @param where the RPC, or the stage of the pipeline. */
  denied(where: string, reason: OutageReason): void {
    outageDecisions.inc({ method: where, reason });
    if (this.warn === null) return;
    failOpenDecisions.inc({ method: where, reason });
    this.unreported++;
    const now = performance.now();
    if (now - this.warnedAt < WARN_EVERY_MS) return;
    this.warn(
      `CORESDK_FAIL_MODE=open would have let through ${this.unreported} unavailable decisions (${where}: ${reason}); they were denied`,
    );
    this.warnedAt = now;
    this.unreported = 0;
  }
}

export const outageMetrics = new OutageMetrics();

import { Inject, Injectable } from '@nestjs/common';
import { systemContext } from '../../kernel/context/call-context';
import { outage, outageOf } from '../../kernel/errors/app-error';
import { OUTAGES, type OutageReason } from '../../kernel/errors/reason';
import { newId } from '../../kernel/ids/ids';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { AuditChainWriter } from './audit-chain-writer';
import { type AuditEvent, auditEvent } from './contract/audit.types';

/** How long the log counts as writable after a successful write. */
const BELIEVED_MS = 1_000;
/** Interval between probes while there are no writes. */
const LOOK_EVERY_MS = 2_000;

/**
 * Tracks whether the audit log is writable, so that an outage is known before a call with side effects starts. It observes successful
 * writes. While there are no writes, a probe writes an event and rolls it back.
 */
@Injectable()
export class AuditHealth {
  /** Monotonic time of the last successful write. */
  private writtenAt = Number.NEGATIVE_INFINITY;
  private fault: OutageReason | null = null;
  private probing: Promise<void> | null = null;

  constructor(
    private readonly writer: AuditChainWriter,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Records a committed write. */
  succeeded(): void {
    this.writtenAt = performance.now();
    this.fault = null;
  }

  /** Records a failed write. Returns the error to report: `unavailable`, with a reason that is specific to the audit log. */
  failed(error: unknown): unknown {
    this.writtenAt = Number.NEGATIVE_INFINITY;
    const cause = outageOf(error);
    // An event that was rejected because of its content does not affect the next event.
    if (cause === null) return error;
    this.fault = cause === 'store_full' ? 'audit_full' : 'audit_unavailable';
    return outage(this.fault, { cause: error });
  }

  /**
   * Checks that the log is writable. Simultaneous callers share a probe. Errors: `unavailable`, with the reason `audit_full` or
   * `audit_unavailable`.
   */
  async assertWritable(): Promise<void> {
    if (performance.now() - this.writtenAt < BELIEVED_MS) return;
    try {
      await (this.probing ??= this.probe());
    } catch (error) {
      throw outageOf(error) === null ? outage('audit_unavailable', { cause: error }) : error;
    }
  }

  /**
   * Returns the outage (a full database) that must stop every decision, because decisions cannot be recorded. While the database is
   * unavailable, decisions continue with cached data until it is stale.
   */
  closes(): OutageReason | null {
    return this.fault === 'audit_full' ? this.fault : null;
  }

  /** Returns the reason why the log is not ready; `null` if it is ready. */
  missing(): string | null {
    return this.fault === null ? null : `audit: ${OUTAGES[this.fault].message}`;
  }

  /** Probes whether the log is writable. {@link assertWritable} reports the result to callers that need to write. */
  @Scheduled({ name: 'audit.probe', everyMs: LOOK_EVERY_MS, failure: 'The audit log could not be probed' })
  async look(): Promise<void> {
    await this.assertWritable().catch(() => undefined);
  }

  async onModuleDestroy(): Promise<void> {
    await this.probing?.catch(() => undefined);
  }

  private async probe(): Promise<void> {
    try {
      await this.writer.tryAppend(probeEvent());
      this.succeeded();
    } catch (error) {
      if (this.fault === null) {
        this.logger.warn({ err: error }, 'The audit log is not writable: calls that it must record are rejected');
      }
      throw this.failed(error);
    } finally {
      this.probing = null;
    }
  }
}

function probeEvent(): AuditEvent {
  const nowMs = Date.now();
  const action = { action: 'audit.probe', resourceType: 'audit_log', resourceId: 'system' };
  return auditEvent(systemContext(newId('req', nowMs)), action, nowMs);
}

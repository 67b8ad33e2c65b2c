import { Inject, Injectable } from '@nestjs/common';
import { systemContext } from '../../kernel/context/call-context';
import { outage, outageOf } from '../../kernel/errors/app-error';
import { OUTAGES, type OutageReason } from '../../kernel/errors/reason';
import { newId } from '../../kernel/ids/ids';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { AuditChainWriter } from './audit-chain-writer';
import { type AuditEvent, auditEvent } from './contract/audit.types';

/** How long a successful write counts as proof. */
const BELIEVED_MS = 1_000;
/** Interval between probes while there are no writes. */
const LOOK_EVERY_MS = 2_000;

/**
 * Tracks whether the audit log is writable, so that this is known before anything with an effect begins: from successful writes, and
 * without any from a probe that writes an event and rolls it back.
 */
@Injectable()
export class AuditHealth {
  /** Monotonic time at which a write last succeeded. */
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

  /** Records a failed write. Returns the error to report: `unavailable` with a reason of the audit log's own. */
  failed(error: unknown): unknown {
    this.writtenAt = Number.NEGATIVE_INFINITY;
    const cause = outageOf(error);
    // An event refused for its content says nothing about the next one.
    if (cause === null) return error;
    this.fault = cause === 'store_full' ? 'audit_full' : 'audit_unavailable';
    return outage(this.fault, { cause: error });
  }

  /** Errors: `unavailable`, with the reason `audit_full` or `audit_unavailable`. Simultaneous callers share a probe. */
  async assertWritable(): Promise<void> {
    if (performance.now() - this.writtenAt < BELIEVED_MS) return;
    try {
      await (this.probing ??= this.probe());
    } catch (error) {
      throw outageOf(error) === null ? outage('audit_unavailable', { cause: error }) : error;
    }
  }

  /**
   * Returns the outage that must stop every decision, since none could be recorded: a full store. Data in memory bridges an unavailable one
   * until it is stale.
   */
  closes(): OutageReason | null {
    return this.fault === 'audit_full' ? this.fault : null;
  }

  /** Returns the reason why the log is not ready; `null` when it is. */
  missing(): string | null {
    return this.fault === null ? null : `audit: ${OUTAGES[this.fault].message}`;
  }

  /** Probes whether the log is writable. Callers that need to write receive the result. */
  @Scheduled({ name: 'audit.probe', everyMs: LOOK_EVERY_MS, failure: 'The audit log could not be tried' })
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
        this.logger.warn({ err: error }, 'The audit log cannot be written: calls that it must record are refused');
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

import { Inject, Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { LogSampler } from '../../kernel/limits/log-sampler';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Clock } from '../../kernel/time/clock';
import { AuditPort } from '../audit/contract/audit.port';
import { auditEvent, type AuditedAction } from '../audit/contract/audit.types';

/** The minimum interval between warnings. While the audit log is unavailable, every denial causes a failure. */
const WARN_EVERY_MS = 1_000;
const NOBODYS_EVERY_MS = 1_000;
const MAX_RESOURCE_CHARS = 256;

/**
 * Records each denial under the gate that issued it. As with all decisions, an allowed request is recorded only in the decision log, and
 * recording is not awaited and never changes a decision. Callers without a valid token have an unknown identity: one denial of each kind is
 * written per second, with the number of omitted denials, so that unauthenticated callers cannot fill the log.
 */
@Injectable()
export class DenialRecord {
  private readonly thinned = new LogSampler(NOBODYS_EVERY_MS, () => performance.now());
  private warnedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly audit: AuditPort,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  write(context: CallContext, denied: Required<Omit<AuditedAction, 'id' | 'outcome' | 'personal'>>): void {
    const omitted = context.tenantId === null ? this.thinned.sample(`${denied.action} ${denied.reason}`) : undefined;
    if (omitted === null) return;
    const metadata = omitted === undefined ? denied.metadata : { ...denied.metadata, omitted };
    const nowMs = this.clock.nowMs();
    const resourceId = denied.resourceId.slice(0, MAX_RESOURCE_CHARS);
    // A separate id, because the calling request may already have an id for its own record.
    const action = { ...denied, metadata, id: newId('aud', nowMs), resourceId, outcome: 'denied' as const };
    this.audit.record(context, auditEvent(context, action, nowMs)).catch((error: unknown) => {
      const now = performance.now();
      if (now - this.warnedAt < WARN_EVERY_MS) return;
      this.warnedAt = now;
      this.logger.error({ err: error, tenantId: context.tenantId }, 'Failed to record a denial');
    });
  }
}

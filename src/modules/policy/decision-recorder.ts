import { Inject, Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Clock } from '../../kernel/time/clock';
import { AuditPort } from '../audit/contract/audit.port';
import { auditEvent } from '../audit/contract/audit.types';
import type { PolicyDecision, PolicyQuery } from './contract/policy.types';
import { DecisionLog } from './decision-log';
import { withData } from './tenant-policy';

const MAX_RULE_CHARS = 256;
/** While the audit log is unavailable, every denial causes a failure; only one failure per interval is logged. */
const WARN_EVERY_MS = 1_000;

/** Records decisions. Callers do not wait for the recording, which never changes a decision. */
@Injectable()
export class DecisionRecorder {
  private warnedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly log: DecisionLog,
    private readonly audit: AuditPort,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Records a decision. @param toAudit true to write a denial to the audit log; false when the caller records it itself. */
  record(
    context: CallContext,
    query: PolicyQuery,
    decision: PolicyDecision,
    durationMicros: number,
    toAudit: boolean,
  ): void {
    const tsMs = this.clock.nowMs();
    const { tenantId, rule, input } = query;
    const { requestId, actor } = context;
    this.log.add({ tenantId, tsMs, rule, input, decision, durationMicros, caller: actor.id, requestId });
    if (!decision.allowed && toAudit) this.recordDenial(context, query, decision, tsMs);
  }

  private recordDenial(
    context: CallContext,
    { tenantId, rule }: PolicyQuery,
    decision: PolicyDecision,
    tsMs: number,
  ): void {
    const action = {
      // A separate id, because the call may already have an id for its own record.
      id: newId('aud', tsMs),
      action: 'policy.evaluate',
      resourceType: 'policy_rule',
      resourceId: withData(rule).slice(0, MAX_RULE_CHARS),
      outcome: 'denied' as const,
      reason: decision.code ?? '',
      metadata: { version: decision.version },
    };
    const policyRevision = decision.version === null ? null : String(decision.version);
    const event = auditEvent({ ...context, tenantId, policyRevision }, action, tsMs);
    this.audit.record(context, event).catch((error: unknown) => {
      const now = performance.now();
      if (now - this.warnedAt < WARN_EVERY_MS) return;
      this.warnedAt = now;
      this.logger.error({ err: error, tenantId, requestId: context.requestId }, 'Could not record a denial');
    });
  }
}

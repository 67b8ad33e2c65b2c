import { Inject, Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { Thinned } from '../../kernel/limits/thinned';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Clock } from '../../kernel/time/clock';
import { AuditPort } from '../audit/contract/audit.port';
import { auditEvent, type AuditedAction } from '../audit/contract/audit.types';

/** An audit log that is away fails for each denial; once in this time is told. */
const WARN_EVERY_MS = 1_000;
const NOBODYS_EVERY_MS = 1_000;
const MAX_RESOURCE_CHARS = 256;

/**
 * Writes denials down, under the gate that denied. Like all decisions: what is allowed goes to the decision log alone, and
 * nothing here is waited for or changes a decision. Of callers whose token is none, and who are therefore nobody, one
 * denial of each kind in a second is written, with how many were left out: else anybody could fill the log.
 */
@Injectable()
export class DenialRecord {
  private readonly thinned = new Thinned(NOBODYS_EVERY_MS, () => performance.now());
  private warnedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly audit: AuditPort,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  write(context: CallContext, denied: Required<Omit<AuditedAction, 'id' | 'outcome' | 'personal'>>): void {
    const omitted = context.tenantId === null ? this.thinned.pass(`${denied.action} ${denied.reason}`) : undefined;
    if (omitted === null) return;
    const metadata = omitted === undefined ? denied.metadata : { ...denied.metadata, omitted };
    const nowMs = this.clock.nowMs();
    const resourceId = denied.resourceId.slice(0, MAX_RESOURCE_CHARS);
    // An id of its own: the call that asks may have one to be recorded under.
    const action = { ...denied, metadata, id: newId('aud', nowMs), resourceId, outcome: 'denied' as const };
    this.audit.record(context, auditEvent(context, action, nowMs)).catch((error: unknown) => {
      const now = performance.now();
      if (now - this.warnedAt < WARN_EVERY_MS) return;
      this.warnedAt = now;
      this.logger.error({ err: error, tenantId: context.tenantId }, 'A denial could not be recorded');
    });
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { requireTenant } from '../../../kernel/context/call-context';
import { toAppError } from '../../../kernel/errors/app-error';
import { HTTP_STATUS } from '../../../kernel/errors/error-tables';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { Clock } from '../../../kernel/time/clock';
import { AuditPort } from '../../audit/contract/audit.port';
import { auditEvent, type AuditedAction } from '../../audit/contract/audit.types';
import type { ScimAnswer, ScimCaller } from '../contract/scim.types';
import { isRead, type ScimRoute } from '../contract/scim-routes';

export interface RecordedCall {
  readonly answer: ScimAnswer;
  /** Resolves when the call is recorded. Never rejects for a write. */
  readonly recorded: Promise<void>;
}

/**
 * Records SCIM calls like all other calls. Checks first that recording is possible. Before the response is sent, delivers the event that a
 * write staged in its transaction, or records a call that made no changes.
 */
@Injectable()
export class ScimAuditRecorder {
  constructor(
    private readonly audit: AuditPort,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Runs and records a call. @returns the response, which can be sent once the call is recorded. Throws a refusal after recording it. */
  async recorded(
    { context }: ScimCaller,
    route: ScimRoute,
    id: string,
    run: () => Promise<ScimAnswer>,
  ): Promise<RecordedCall> {
    await this.audit.assertWritable(context);
    const [resourceType = ''] = route.split('.');
    const action: AuditedAction = { action: `scim.${route}`, resourceType, resourceId: id };
    let answer: ScimAnswer;
    try {
      answer = await run();
    } catch (thrown) {
      const { code } = toAppError(thrown);
      const outcome = HTTP_STATUS[code] === 403 ? 'denied' : 'failure';
      await this.record(context, { ...action, outcome, reason: code });
      throw thrown;
    }
    return { answer, recorded: isRead(route) ? this.record(context, action) : this.deliver(context, action) };
  }

  private async record(context: ScimCaller['context'], action: AuditedAction): Promise<void> {
    await this.audit.record(context, auditEvent(context, action, this.clock.nowMs()));
  }

  /**
   * Delivers the event of a completed write. A failed delivery does not reject the call: the event is in the outbox, so a background task
   * delivers it later.
   */
  private async deliver(context: ScimCaller['context'], action: AuditedAction): Promise<void> {
    const { auditEventId, requestId } = context;
    try {
      if (auditEventId !== null && (await this.audit.deliver(context, requireTenant(context), auditEventId))) return;
      // No change was necessary, so no event was staged.
      await this.record(context, action);
    } catch (error) {
      this.logger.warn({ err: toAppError(error), requestId }, 'A staged audit event waits in the outbox');
    }
  }
}

import { Injectable } from '@nestjs/common';
import { requireTenant } from '../../../kernel/context/call-context';
import { toAppError } from '../../../kernel/errors/app-error';
import { PageSettings } from '../../../kernel/pages/page-settings';
import { Clock } from '../../../kernel/time/clock';
import { AuditPort } from '../../audit/contract/audit.port';
import { auditEvent } from '../../audit/contract/audit.types';
import type { Asked, Visitor } from './console-access';

/** Records the console's actions in the audit log as if they were REST API calls. */
@Injectable()
export class ConsoleAuditRecorder {
  constructor(
    private readonly audit: AuditPort,
    private readonly settings: PageSettings,
    private readonly clock: Clock,
  ) {}

  /** Records a read; resolves when the read is recorded. Errors: `unavailable`. */
  async read({ context }: Visitor, { action, resource }: Asked): Promise<void> {
    const [resourceType = '', resourceId = ''] = resource.split('/');
    await this.audit.record(context, auditEvent(context, { action, resourceType, resourceId }, this.clock.nowMs()));
  }

  /** Before a change is made, checks that it can be recorded. Errors: `unavailable` if it cannot be recorded. */
  async assertWritable({ context }: Visitor): Promise<void> {
    await this.audit.assertWritable(context);
  }

  /** Delivers the event of a completed write. The event is already in the outbox, so the sweep delivers it if this call fails. */
  async deliver({ context }: Visitor): Promise<void> {
    try {
      await this.audit.deliver(context, requireTenant(context), context.auditEventId ?? '');
    } catch (error) {
      const { logger } = this.settings;
      logger.warn({ err: toAppError(error), requestId: context.requestId }, 'An audit event will be delivered later');
    }
  }
}

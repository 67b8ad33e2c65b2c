import { Injectable } from '@nestjs/common';
import { requireTenant } from '../../../kernel/context/call-context';
import { toAppError } from '../../../kernel/errors/app-error';
import { PageSettings } from '../../../kernel/pages/page-settings';
import { Clock } from '../../../kernel/time/clock';
import { AuditPort } from '../../audit/contract/audit.port';
import { auditEvent } from '../../audit/contract/audit.types';
import type { Asked, Visitor } from './console-access';

/** What the console leaves in the audit log: the same as the REST API's calls do. */
@Injectable()
export class ConsoleTrail {
  constructor(
    private readonly audit: AuditPort,
    private readonly settings: PageSettings,
    private readonly clock: Clock,
  ) {}

  /** Resolves when a look at something is recorded. Errors: `unavailable`. */
  async read({ context }: Visitor, { action, resource }: Asked): Promise<void> {
    const [resourceType = '', resourceId = ''] = resource.split('/');
    await this.audit.record(context, auditEvent(context, { action, resourceType, resourceId }, this.clock.nowMs()));
  }

  /** Before anything is changed. Errors: `unavailable` when that could not be recorded. */
  async assertWritable({ context }: Visitor): Promise<void> {
    await this.audit.assertWritable(context);
  }

  /** A write is done, and its event in the outbox: what fails here the sweep makes up for. */
  async deliver({ context }: Visitor): Promise<void> {
    try {
      await this.audit.deliver(context, requireTenant(context), context.auditEventId ?? '');
    } catch (error) {
      const { logger } = this.settings;
      logger.warn({ err: toAppError(error), requestId: context.requestId }, 'An audit event is delivered later');
    }
  }
}

import { Injectable } from '@nestjs/common';
import { Clock } from '../../../kernel/time/clock';
import { AuditPort } from '../../audit/contract/audit.port';
import { auditEvent } from '../../audit/contract/audit.types';
import type { SignedIn, SignInVia } from '../contract/federation.port';
import type { SignInOrigin, User } from '../contract/users.types';
import { originContext } from '../sign-in/origin-context';

/** Records sign-ins through connections in the audit log, before the browser gets its response. */
@Injectable()
export class FederatedSignIns {
  constructor(
    private readonly audit: AuditPort,
    private readonly clock: Clock,
  ) {}

  async accepted(user: User, origin: SignInOrigin, { connectionId }: SignInVia): Promise<SignedIn> {
    await this.record(user.tenantId, user, origin, { metadata: { method: 'connection', connectionId } });
    return { outcome: 'signed_in', user, amr: ['fed'] };
  }

  async refused(
    tenantId: string,
    user: Pick<User, 'id'> | null,
    origin: SignInOrigin,
    { connectionId }: SignInVia,
    { reason, detail }: { readonly reason: string; readonly detail: string },
  ): Promise<void> {
    const metadata = { method: 'connection', connectionId, ...(detail === '' ? {} : { detail }) };
    await this.record(tenantId, user, origin, { outcome: 'denied', reason, metadata });
  }

  private async record(
    tenantId: string,
    user: Pick<User, 'id'> | null,
    origin: SignInOrigin,
    more: { readonly outcome?: 'denied'; readonly reason?: string; readonly metadata: object },
  ): Promise<void> {
    const context = originContext(origin, tenantId, user);
    const event = { action: 'user.sign_in', resourceType: 'user', resourceId: user?.id ?? '', ...more };
    const audited = { ...event, metadata: { ...more.metadata } };
    await this.audit.record(context, auditEvent(context, audited, this.clock.nowMs()));
  }
}

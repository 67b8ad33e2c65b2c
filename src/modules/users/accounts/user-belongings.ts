import { Injectable } from '@nestjs/common';
import type { Belonging } from '../../../kernel/deletions/belonging';
import { UserBelongingsPort } from '../contract/user-belongings.port';
import { AccountsRepository } from '../storage/accounts.repository';

@Injectable()
export class UserBelongingsService extends UserBelongingsPort {
  constructor(private readonly repository: AccountsRepository) {
    super();
  }

  override async of(tenantId: string, userId: string): Promise<readonly Belonging[]> {
    return [...(await this.own(tenantId, userId)), ...(await super.of(tenantId, userId))];
  }

  /** Returns the data that this module stores itself, and the effects in modules that this process does not host. */
  private async own(tenantId: string, userId: string): Promise<readonly Belonging[]> {
    const { sessions, groups } = await this.repository.belongings(tenantId, userId);
    return [
      {
        what: 'account',
        becomes: 'deleted',
        count: 1,
        note: 'With password, preferences and links. The address becomes available.',
      },
      { what: 'sessions', becomes: 'ended', count: sessions, note: 'With every access token issued in them.' },
      {
        what: 'refreshTokens',
        becomes: 'ended',
        count: null,
        note: 'For every app, including tokens that outlive sessions.',
      },
      { what: 'grants', becomes: 'deleted', count: null, note: 'The consents of the user to apps.' },
      { what: 'groupMemberships', becomes: 'deleted', count: groups, note: 'The groups stay.' },
      {
        what: 'auditRecords',
        becomes: 'kept',
        count: null,
        note: 'Personal fields stay until you erase the person: POST /api/v1/audit/erasures at the control plane.',
      },
    ];
  }
}

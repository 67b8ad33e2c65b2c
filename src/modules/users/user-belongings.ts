import { Injectable } from '@nestjs/common';
import type { Belonging } from './contract/accounts.types';
import type { UserBelongings, UserBelongingsPort } from './contract/user-belongings.port';
import { AccountsRepository } from './storage/accounts.repository';

@Injectable()
export class UserBelongingsService implements UserBelongingsPort {
  private readonly registered: UserBelongings[] = [];

  constructor(private readonly repository: AccountsRepository) {}

  register(belongings: UserBelongings): void {
    this.registered.push(belongings);
  }

  async of(tenantId: string, userId: string): Promise<readonly Belonging[]> {
    const own = await this.own(tenantId, userId);
    const others = await Promise.all(
      this.registered.map(async ({ count, ...rest }) => ({ ...rest, count: await count(tenantId, userId) })),
    );
    return [...own, ...others];
  }

  /** What this module keeps itself, and what follows from its changes in processes that this one does not host. */
  private async own(tenantId: string, userId: string): Promise<readonly Belonging[]> {
    const { sessions, groups } = await this.repository.belongings(tenantId, userId);
    return [
      {
        what: 'account',
        becomes: 'deleted',
        count: 1,
        note: 'With password, preferences and links; the address is free.',
      },
      { what: 'sessions', becomes: 'ended', count: sessions, note: 'With every access token that was issued in them.' },
      { what: 'refreshTokens', becomes: 'ended', count: null, note: 'Of every app, also those that outlive sessions.' },
      { what: 'grants', becomes: 'deleted', count: null, note: 'What the user agreed to for apps.' },
      { what: 'groupMemberships', becomes: 'deleted', count: groups, note: 'The groups stay.' },
      {
        what: 'auditRecords',
        becomes: 'kept',
        count: null,
        note: 'Their personal fields until the person is erased: POST /api/v1/audit/erasures at the control plane.',
      },
    ];
  }
}

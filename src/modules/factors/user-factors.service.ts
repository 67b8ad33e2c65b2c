import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { NoticesPort } from '../users/contract/notices.port';
import { SessionsPort } from '../users/contract/sessions.port';
import { UsersPort } from '../users/contract/users.port';
import type { User } from '../users/contract/users.types';
import type { UserFactorsPort } from './contract/user-factors.port';
import type { ShownFactors } from './contract/user-factors.types';
import { FactorsRepository } from './storage/factors.repository';

@Injectable()
export class UserFactorsService implements UserFactorsPort {
  constructor(
    private readonly repository: FactorsRepository,
    private readonly users: UsersPort,
    private readonly sessions: SessionsPort,
    private readonly notices: NoticesPort,
    private readonly clock: Clock,
  ) {}

  async list(context: CallContext, userId: string): Promise<ShownFactors> {
    const { tenantId } = await this.userOf(context, userId);
    const { factors, recoveryCodes } = await this.repository.list(tenantId, userId);
    const time = (ms: number): string => new Date(ms).toISOString();
    const items = factors.map(({ id, kind, name, isSynced, createdAtMs, lastUsedAtMs }) => ({
      id,
      kind,
      name,
      synced: isSynced,
      createdAt: time(createdAtMs),
      lastUsedAt: lastUsedAtMs === null ? null : time(lastUsedAtMs),
    }));
    return { items, recoveryCodes };
  }

  async reset(context: CallContext, userId: string): Promise<void> {
    const user = await this.userOf(context, userId);
    const { tenantId } = user;
    await this.repository.changing(tenantId, userId, async (tx) => {
      const kinds = await this.repository.removeAll(tx, tenantId, userId);
      const action = {
        action: 'user.factors.reset',
        resourceType: 'user',
        resourceId: userId,
        metadata: { kinds: [...kinds] },
      };
      await stageEvent(tx, stagedAuditEvent(auditEvent(context, action, this.clock.nowMs())));
    });
    // A session that a thief of the lost device started must not outlive the reset.
    await this.sessions.endAll({ ...context, auditEventId: null }, userId);
    this.notices.send(user, { kind: 'factors_reset' });
  }

  private async userOf(context: CallContext, userId: string): Promise<User> {
    const user = await this.users.find(requireTenant(context), userId);
    if (!user) throw new AppError('not_found', 'There is no such user.');
    return user;
  }
}

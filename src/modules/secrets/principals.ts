import { Injectable } from '@nestjs/common';
import { AppError } from '../../kernel/errors/app-error';
import { ClientRegistrationsPort } from '../apps/contract/client-registrations.port';
import { MembershipsPort } from '../users/contract/memberships.port';
import type { SecretPrincipal } from './contract/resolution.types';
import { clientKey, principalKey } from './domain/tenant-access';

/** The principals whose grants apply to a caller, looked up for each call, because group membership may change after a token is issued. */
@Injectable()
export class Principals {
  constructor(
    private readonly memberships: MembershipsPort,
    private readonly clients: ClientRegistrationsPort,
  ) {}

  /**
   * Returns keys from `principalKey` and `clientKey`. Named groups only narrow the user's groups; without a user, they must be the tenant's
   * groups. Errors: `forbidden` if there is no principal, the user is inactive, or the client does not exist in the tenant; `unavailable`.
   */
  async of(tenantId: string, { userId, clientId, groups }: SecretPrincipal): Promise<readonly string[]> {
    if (userId !== null) {
      const user = await this.memberships.ofUser(tenantId, userId);
      if (!user.isActive) throw new AppError('forbidden', 'The user does not exist or is not active.');
      const within = groups === null ? user.groups : user.groups.filter((id) => groups.includes(id));
      return [principalKey('user', userId), ...within.map((id) => principalKey('group', id))];
    }
    if (clientId !== null) {
      const registeredAtMs = await this.clients.registeredAtMs(tenantId, clientId);
      if (registeredAtMs === null) throw new AppError('forbidden', 'The application does not exist.');
      return [clientKey(clientId, registeredAtMs)];
    }
    const existing = groups === null ? [] : await this.memberships.existing(tenantId, groups);
    if (existing.length === 0) throw new AppError('forbidden', 'Name a user, or groups of the tenant.');
    return existing.map((id) => principalKey('group', id));
  }
}

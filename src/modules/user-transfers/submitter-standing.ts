import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { AppStandingPort } from '../apps/contract/app-standing.port';
import { missingScope } from '../auth/contract/scope-cover';
import { TenantStandingPort } from '../tenants/contract/tenant-standing.port';
import { UserLookupPort } from '../users/contract/user-lookup.port';
import { USER_ROLES, type UserRole } from '../users/contract/users.types';

/** What somebody must be to have a transfer run. */
export interface TransferRight {
  /** What it is to do, in words. */
  readonly what: string;
  /** Roles of people, as the policy of the installation has it for the call. */
  readonly roles: readonly UserRole[];
  /** What an app must have been declared with. */
  readonly scope: string;
}

export const EXPORT_RIGHT: TransferRight = { what: 'export users', roles: USER_ROLES, scope: 'users.read' };
export const IMPORT_RIGHT: TransferRight = { what: 'import users', roles: ['owner', 'admin'], scope: 'users.write' };

/**
 * Whether whoever hands a job in, or handed it in, may have it run at this moment: a job may have waited for long, or come by
 * another way than the route whose policy judged its caller. Agents may not: their tokens are for a moment.
 */
@Injectable()
export class SubmitterStanding {
  constructor(
    private readonly users: UserLookupPort,
    private readonly apps: AppStandingPort,
    private readonly tenants: TenantStandingPort,
  ) {}

  /** Errors: `forbidden` in words for the tenant; `unavailable`. */
  async assert(context: CallContext, { what, roles, scope }: TransferRight): Promise<void> {
    const tenantId = requireTenant(context);
    if (!(await this.tenants.isActive(tenantId))) throw new AppError('forbidden', 'The tenant is not served now.');
    const { actor, appId } = context;
    if (actor.type === 'system') return;
    if (actor.type === 'user') {
      const user = await this.users.find(tenantId, actor.id);
      if (user?.status === 'active' && roles.includes(user.role)) return;
    }
    if (actor.type === 'service' && appId !== null) {
      const scopes = await this.apps.declaredScopes(tenantId, appId);
      if (scopes !== null && (scopes.includes('admin') || missingScope(scopes, scope) === null)) return;
    }
    const words = `Only active people with the role ${roles.join(' or ')}, and apps with the scope ${scope}, may ${what} by a job.`;
    throw new AppError('forbidden', words);
  }
}

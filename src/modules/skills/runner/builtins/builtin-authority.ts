import { Injectable, Optional } from '@nestjs/common';
import { ClientsPort } from '../../../apps/contract/clients.port';
import { JobFailure } from '../../../jobs/contract/job-runner';
import { UserLookupPort } from '../../../users/contract/user-lookup.port';
import type { SkillFrame } from '../skill-frame';

/** What an app must have been declared with that has these skills run. */
const APP_SCOPES = ['audit.read', 'users.read'];
const ROLES: readonly string[] = ['owner', 'admin'];

/**
 * Who may have the built-in skills run: they tell what other people do. Owners and administrators, and apps that an
 * administrator gave the scopes for it. Decided when it runs: a job may have waited for long, or come by another way.
 */
@Injectable()
export class BuiltinAuthority {
  constructor(
    @Optional() private readonly users?: UserLookupPort,
    @Optional() private readonly clients?: ClientsPort,
  ) {}

  /** Errors: `JobFailure` for anybody else. */
  async assert({ tenantId, context: { actor, appId } }: SkillFrame): Promise<void> {
    if (this.users === undefined || this.clients === undefined) throw notHere();
    if (actor.type === 'system') return;
    if (actor.type === 'user') {
      const user = await this.users.find(tenantId, actor.id);
      if (user?.status === 'active' && ROLES.includes(user.role)) return;
    }
    if (actor.type === 'service' && appId !== null) {
      const client = await this.clients.find(appId);
      const has = (scope: string): boolean => client?.declaredScopes.includes(scope) === true;
      if (client?.tenantId === tenantId && (has('admin') || APP_SCOPES.every(has))) return;
    }
    const words = `Only owners and administrators, and apps with the scopes ${APP_SCOPES.join(' and ')}, may run this skill.`;
    throw new JobFailure('failed', words, { mayRetry: false });
  }
}

/** For a worker that hosts nothing of what these skills look at. */
export function notHere(): JobFailure {
  const words = 'This worker cannot look at people and their access: run built-in skills where the control plane is.';
  return new JobFailure('no_runner', words, { mayRetry: false });
}

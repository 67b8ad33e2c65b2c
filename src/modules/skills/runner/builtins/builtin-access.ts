import { Injectable } from '@nestjs/common';
import { AuthPort, outageOfVerdict, type PrincipalAct } from '../../../auth/contract/auth.port';
import { principalOf } from '../../../auth/contract/principal.types';
import { JobFailure, JobUndecided } from '../../../jobs/contract/job-runner';
import type { SkillFrame } from '../skill-frame';

/**
 * The acts that callers of built-in skills must be allowed to perform. The skills disclose other people's activity, so they require the
 * same permissions as the APIs for people and for the audit log.
 */
const ACTS: readonly PrincipalAct[] = [
  { action: 'audit.search', resource: 'audit_event', requiredScope: 'audit.read', context: {} },
  { action: 'user.list', resource: 'user', requiredScope: 'users.read', context: {} },
];

/** Decides for each run whether the caller of a built-in skill is allowed to read the data that the skill reads. */
@Injectable()
export class BuiltinAccess {
  constructor(private readonly auth: AuthPort) {}

  /** Throws unless the caller is allowed to read the data. Errors: `JobFailure` with the reason; {@link JobUndecided}. */
  async assert({ context }: SkillFrame): Promise<void> {
    for (const act of ACTS) {
      const verdict = await this.auth.authorizePrincipal(context, principalOf(context), act);
      if (verdict.allowed) continue;
      if (outageOfVerdict(verdict) !== null) throw new JobUndecided(verdict);
      const message = `This skill reads people and the audit log; running it needs ${act.action} with the scope ${act.requiredScope}: ${verdict.reason}`;
      throw new JobFailure('failed', message, { mayRetry: false });
    }
  }
}

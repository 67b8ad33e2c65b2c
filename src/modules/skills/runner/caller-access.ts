import { Injectable } from '@nestjs/common';
import { AppError, outage } from '../../../kernel/errors/app-error';
import { AuthPort, outageOfVerdict, type PrincipalAct } from '../../auth/contract/auth.port';
import { principalOf } from '../../auth/contract/principal.types';
import { EgressPort } from '../../gates/contract/egress.port';
import type { SkillFrame } from './skill-frame';

/**
 * Decides whether a skill's caller is allowed to do what the code does through a capability, in the same way as the API for that capability
 * does. Both the skill's grants and the caller's permissions must allow it.
 */
@Injectable()
export class CallerAccess {
  constructor(
    private readonly auth: AuthPort,
    private readonly egress: EgressPort,
  ) {}

  /**
   * Throws unless the caller is allowed to perform the act. Errors: `forbidden` with the reason; `unavailable` when no decision is
   * possible.
   */
  async assert({ context }: SkillFrame, act: PrincipalAct): Promise<void> {
    const verdict = await this.auth.authorizePrincipal(context, principalOf(context), act);
    if (verdict.allowed) return;
    const reason = outageOfVerdict(verdict);
    if (reason !== null) throw outage(reason);
    const { action, requiredScope } = act;
    const words = verdict.reason === '' ? 'The policy of this tenant does not allow it.' : verdict.reason;
    throw new AppError(
      'forbidden',
      `The caller of the skill needs ${action} with the scope ${requiredScope}: ${words}`,
    );
  }

  /**
   * Checks a URL against the tenant's egress policy before the URL is fetched for the caller.
   * @param serviceName the service name of the code that fetches the URL, for use in policies.
   * Errors: the errors of {@link assert}.
   */
  async assertMayFetch(
    { context, tenantId }: SkillFrame,
    url: URL,
    serviceName: string,
    mayBePrivate: boolean,
  ): Promise<void> {
    const verdict = await this.egress.authorize(context, { tenantId, url: url.href, serviceName, mayBePrivate });
    if (verdict.allowed) return;
    const words = verdict.reason === '' ? 'The egress policy of this tenant does not allow it.' : verdict.reason;
    throw new AppError('forbidden', `The skill is not allowed to call ${url.host}: ${words}`);
  }
}

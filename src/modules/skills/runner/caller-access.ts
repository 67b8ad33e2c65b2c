import { Injectable } from '@nestjs/common';
import { AppError, outage } from '../../../kernel/errors/app-error';
import { AuthPort, outageOfVerdict, type PrincipalAct } from '../../auth/contract/auth.port';
import { principalOf } from '../../auth/contract/principal.types';
import { EgressPort } from '../../gates/contract/egress.port';
import type { SkillFrame } from './skill-frame';

/**
 * Decides whether the caller of a skill may do what the skill's code does through a capability. It decides as the API of that
 * capability does. Both the grants of the skill and the permissions of its caller must allow it.
 */
@Injectable()
export class CallerAccess {
  constructor(
    private readonly auth: AuthPort,
    private readonly egress: EgressPort,
  ) {}

  /** Errors: `forbidden` with the reason; `unavailable` when it cannot be decided. */
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
   * Asks the tenant's egress policy about a URL that is about to be fetched for the caller.
   * @param serviceName of the code that fetches, for policies. Errors: as {@link assert}.
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
    throw new AppError('forbidden', `The skill may not call ${url.host}: ${words}`);
  }
}

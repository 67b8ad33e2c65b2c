import { Inject, Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError, outageOf } from '../../kernel/errors/app-error';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Clock } from '../../kernel/time/clock';
import { Installation } from '../../kernel/config/installation';
import { ClientsPort } from '../apps/contract/clients.port';
import { missingScopeMessage } from '../apps/contract/missing-scope';
import { PRINCIPAL_ENDS, type PrincipalAct, type PrincipalEnd, type PrincipalVerdict } from './contract/auth.port';
import type { Principal } from './contract/principal.types';
import { missingScope } from './contract/scope-cover';
import type { PrincipalFacts } from './domain/authorization-input';
import { claimsOf } from './domain/principal-claims';
import { PolicyDecider } from './policy-decider';
import { PrincipalValidator, type ValidPrincipal } from './principal-validator';

type Options = { readonly callerRecordsDenials: boolean } | undefined;

/**
 * Authorizes stored work in the same way as the bearer of a token: first checks the validity of the principal, then the scopes, then the
 * tenant's policy.
 */
@Injectable()
export class PrincipalAuthorizer {
  constructor(
    private readonly principals: PrincipalValidator,
    private readonly decider: PolicyDecider,
    private readonly clients: ClientsPort,
    private readonly installation: Installation,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async authorize(
    context: CallContext,
    principal: Principal,
    act: PrincipalAct,
    options: Options,
  ): Promise<PrincipalVerdict> {
    try {
      return await this.decide(context, principal, act, options);
    } catch (error) {
      const reason = outageOf(error) ?? 'store_unavailable';
      if (!(error instanceof AppError)) this.logger.error({ err: error }, 'Could not look up a stored principal');
      const message = 'No decision about this work is available now. Try again.';
      return { allowed: false, code: 'unavailable', reason: message, outage: reason };
    }
  }

  private async decide(
    context: CallContext,
    principal: Principal,
    act: PrincipalAct,
    options: Options,
  ): Promise<PrincipalVerdict> {
    const tenantId = requireTenant(context);
    if (principal.actor.type === 'system') {
      const end = await this.principals.validateSystem(tenantId);
      return end === null ? { allowed: true, who: { roles: [], tenantId } } : ended(end);
    }
    const standing = await this.principals.validate(tenantId, principal);
    if ('end' in standing) return ended(standing.end);
    const roles = standing.user === null ? [] : [standing.user.role];
    const { scopes } = standing;
    const missing = scopes === null ? null : missingScope(scopes, act.requiredScope);
    if (missing !== null) {
      const reason = await missingScopeMessage(missing, principal, this.clients, 'work');
      return { allowed: false, code: 'insufficient_scope', reason };
    }
    return this.decider.decide(
      { ...context, actor: principal.actor, appId: principal.appId },
      this.factsOf(principal, standing, roles, act),
      act,
      options,
    );
  }

  private factsOf(
    principal: Principal,
    { tenant, groups, scopes }: ValidPrincipal,
    roles: readonly string[],
    act: PrincipalAct,
  ): PrincipalFacts {
    const now = Math.floor(this.clock.nowMs() / 1_000);
    const claims = claimsOf(principal, {
      issuer: this.installation.issuerUrl,
      tenantId: tenant.id,
      tenantSlug: tenant.slug,
      roles,
      groups,
      scopes: scopes ?? [],
      now,
    });
    const facts = { subject: principal.actor.id, tenantId: tenant.id, roles, claims };
    // A user in the console is limited by their role. A service of the installation has the scopes that it requires.
    return claims !== null || principal.userId !== null ? facts : { ...facts, scopes: scopesIn(act.requiredScope) };
  }
}

function ended(end: PrincipalEnd): PrincipalVerdict {
  return { allowed: false, code: end, reason: PRINCIPAL_ENDS[end] };
}

function scopesIn(text: string): readonly string[] {
  return text.split(' ').filter((scope) => scope !== '');
}

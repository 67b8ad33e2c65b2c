import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { Clock } from '../../kernel/time/clock';
import { type SecretPrincipal, secretRef } from './contract/resolution.types';
import type { SecretGrantsPort, SecretGrantVerdict, SecretTarget } from './contract/secret-grants.port';
import { type AccessTarget, type AccessVerdict, placeOf, type TenantAccess } from './domain/tenant-access';
import { Principals } from './principals';
import { SecretCache } from './secret-cache';

/** The secrets that a principal can access now. */
export interface PrincipalAccess {
  readonly access: TenantAccess;
  readonly judge: (target: AccessTarget) => AccessVerdict;
}

/** Makes decisions based on grants, both for resolving secrets and for checking grants. */
@Injectable()
export class SecretGrantsService implements SecretGrantsPort {
  constructor(
    private readonly holder: SecretCache,
    private readonly principals: Principals,
    private readonly clock: Clock,
  ) {}

  /** Returns a principal's access. Errors: `unavailable`, or `forbidden` if there is no principal. */
  async of(tenantId: string, principal: SecretPrincipal, contextId: string): Promise<PrincipalAccess> {
    const [keys, access] = await Promise.all([this.principals.of(tenantId, principal), this.holder.access(tenantId)]);
    const circumstances = { nowMs: this.clock.nowMs(), contextId };
    return { access, judge: (target) => access.judge(keys, target, circumstances) };
  }

  async judge(
    context: CallContext,
    principal: SecretPrincipal,
    { provider, path, contextId }: SecretTarget,
  ): Promise<SecretGrantVerdict> {
    const ref = secretRef.safeParse({ name: 'ASKED', provider, path });
    if (!ref.success || path === '') throw new AppError('invalid_request', 'The provider or path is invalid.');
    try {
      const { judge } = await this.of(requireTenant(context), principal, contextId);
      return judge(placeOf(ref.data));
    } catch (error) {
      if (error instanceof AppError && error.code === 'forbidden') return 'no_principal';
      throw error;
    }
  }
}

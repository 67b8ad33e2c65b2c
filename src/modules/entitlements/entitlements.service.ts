import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { Clock } from '../../kernel/time/clock';
import type { EntitlementsPort } from './contract/entitlements.port';
import type { Entitlement } from './contract/entitlements.types';
import { LicenseCache } from './license-cache';

@Injectable()
export class EntitlementsService implements EntitlementsPort {
  constructor(
    private readonly holder: LicenseCache,
    private readonly clock: Clock,
  ) {}

  async check(_context: CallContext, tenantId: string, key: string): Promise<Entitlement> {
    const license = await this.holder.get(tenantId);
    if (license === null) {
      return { key, entitled: false, limit: 0, expiresAtMs: null, plan: '', reason: 'tenant_unknown' };
    }
    const { source: _source, ...entitlement } = license.check(key, this.clock.nowMs());
    return entitlement;
  }
}

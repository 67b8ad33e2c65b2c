import { Inject, Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { TenantCache } from '../../kernel/changes/tenant-cache';
import { AppError } from '../../kernel/errors/app-error';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { MASKING_TOPIC } from './contract/masking.types';
import { type CompiledRules, compileRules, INSTALLATION_RULES } from './domain/compiled-rules';
import { MaskingRulesRepository } from './storage/masking-rules.repository';

/** The maximum number of cached tenants. A tenant's own rules take about 10 to 500 KiB; the installation's rules are shared. */
const MAX_HELD = 1_000;

/** A cache of the tenants' rules, read on first use and kept up to date by the change feed. */
@Injectable()
export class MaskingRulesCache {
  private readonly held: TenantCache<CompiledRules>;

  constructor(
    private readonly repository: MaskingRulesRepository,
    feed: ChangeFeed,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.held = new TenantCache({
      feed,
      what: 'Masking rules are',
      changes: { [MASKING_TOPIC]: ({ key }) => key },
      read: (tenantId) => this.read(tenantId),
      maxSize: MAX_HELD,
      // Outdated rules may lack a field that must be masked.
      whenSilent: 'read',
    });
  }

  /** Returns the rules of a tenant. Errors: `unavailable`. */
  rulesOf(tenantId: string): Promise<CompiledRules> {
    return this.held.get(tenantId);
  }

  private async read(tenantId: string): Promise<CompiledRules> {
    const rules = await this.repository.find(tenantId);
    if (rules.version === 0) return INSTALLATION_RULES;
    try {
      return compileRules(rules);
    } catch (cause) {
      this.logger.error({ err: cause, tenantId }, 'The masking rules of a tenant cannot be used');
      throw new AppError('unavailable', 'The masking rules of this tenant cannot be used here.', { cause });
    }
  }
}

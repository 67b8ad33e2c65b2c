import { Inject, Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { TenantCache } from '../../kernel/changes/tenant-cache';
import { AppError } from '../../kernel/errors/app-error';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { MASKING_TOPIC } from './contract/masking.types';
import { type CompiledRules, compileRules, INSTALLATION_RULES } from './domain/compiled-rules';
import { MaskingRulesRepository } from './storage/masking-rules.repository';

/** Tenants in memory; rules of their own take some 10 to 500 KiB, those of the installation are shared. */
const MAX_HELD = 1_000;

/** The rules of tenants in memory, read at first use and current by the change feed. */
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
      // Rules in memory may lack a field that must be masked.
      whenSilent: 'read',
    });
  }

  /** The rules of a tenant. Errors: `unavailable`. */
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

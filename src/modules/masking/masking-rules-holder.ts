import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeHolder } from '../../kernel/changes/change-feed';
import { AppError } from '../../kernel/errors/app-error';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { MASKING_TOPIC } from './contract/masking.types';
import { type CompiledRules, compileRules, INSTALLATION_RULES } from './domain/compiled-rules';
import { MaskingRulesRepository } from './storage/masking-rules.repository';

/** Tenants in memory; rules of their own take some 10 to 500 KiB, those of the installation are shared. */
const MAX_HELD = 1_000;

/** The rules of tenants in memory, read at first use and current by the change feed. */
@Injectable()
export class MaskingRulesHolder implements ChangeHolder {
  readonly topics = [MASKING_TOPIC];
  private readonly held = new LRUCache<string, CompiledRules>({ max: MAX_HELD });
  /** Counts changes, so that what was read before one is not held after it. */
  private changes = 0;

  constructor(
    private readonly repository: MaskingRulesRepository,
    private readonly feed: ChangeFeed,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    feed.register(this);
  }

  /**
   * The rules of a tenant. While the feed is silent they are read each time: what is held may lack a field that must be
   * masked. Errors: `unavailable`.
   */
  async rulesOf(tenantId: string): Promise<CompiledRules> {
    const known = this.feed.isFresh() ? this.held.get(tenantId) : undefined;
    if (known) return known;
    const { changes } = this;
    const rules = await this.read(tenantId);
    if (changes === this.changes) this.held.set(tenantId, rules);
    return rules;
  }

  async load(): Promise<void> {
    this.changes++;
    this.held.clear();
  }

  apply(change: Change): void {
    this.changes++;
    this.held.delete(change.key);
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

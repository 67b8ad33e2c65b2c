import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { StagedEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { assertCondition, type Condition } from '../../kernel/http/conditions/conditions';
import { TenantKeys } from '../../kernel/sealing/tenant-keys';
import { Writes } from '../../kernel/idempotency/writes';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { MaskingRulesPort } from './contract/masking-rules.port';
import {
  type MaskingEntity,
  type MaskingKey,
  type MaskingRules,
  type NewMaskingRules,
  rulesEntityTag,
} from './contract/masking-rules.types';
import { ruleFaults } from './domain/rule-faults';
import { ENTITIES } from './engine/entities';
import { type KeyGeneration, MaskingKeysRepository } from './storage/masking-keys.repository';
import { MaskingRulesRepository } from './storage/masking-rules.repository';

@Injectable()
export class MaskingRulesService implements MaskingRulesPort {
  constructor(
    private readonly rules: MaskingRulesRepository,
    private readonly generations: MaskingKeysRepository,
    private readonly keyStore: TenantKeys,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  get(context: CallContext): Promise<MaskingRules> {
    return this.rules.find(requireTenant(context));
  }

  async put(context: CallContext, rules: NewMaskingRules, condition: Condition): Promise<MaskingRules> {
    const fields = ruleFaults(rules);
    const [fault] = fields;
    if (fault) {
      throw new AppError('invalid_request', `The rules are invalid at ${fault.pointer}: ${fault.message}`, { fields });
    }
    return this.change(context, 'masking.rules.put', rules, condition);
  }

  async reset(context: CallContext, condition: Condition): Promise<void> {
    await this.change(context, 'masking.rules.delete', null, condition);
  }

  entities(): readonly MaskingEntity[] {
    return ENTITIES.map((entity) => ({ ...entity, country: entity.country ?? null }));
  }

  async keys(context: CallContext): Promise<readonly MaskingKey[]> {
    const generations = await this.generations.list(requireTenant(context));
    return generations.map((generation, index) => toKey(generation, index === 0));
  }

  rotateKey(context: CallContext): Promise<MaskingKey> {
    const tenantId = requireTenant(context);
    return this.writes.onceAfter(
      context,
      { action: 'masking.key.rotate', input: null },
      async () => {
        // Tokens from before the first rotation need their own generation, even if no key has been created yet.
        await this.generations.insertFirst(tenantId, (await this.keyStore.current(tenantId)).id);
        return this.keyStore.prepare(tenantId);
      },
      async (tx, { id, makeCurrent }) => {
        await makeCurrent(tx);
        const event = this.event(context, 'masking.key.rotate', { keyId: id });
        return toKey(await this.generations.insertNext(tx, tenantId, id, context.actor.id, event), true);
      },
    );
  }

  private change(
    context: CallContext,
    action: string,
    rules: NewMaskingRules | null,
    condition: Condition,
  ): Promise<MaskingRules> {
    const tenantId = requireTenant(context);
    return this.rules.locked(tenantId, async (tx, before) => {
      assertCondition(condition, rulesEntityTag(before), 'The set of masking rules');
      const version = before.version + 1;
      const event = this.event(context, action, { version });
      return this.rules.store(tx, tenantId, { version, rules, updatedBy: context.actor.id }, event);
    });
  }

  private event(context: CallContext, action: string, metadata: Readonly<Record<string, unknown>>): StagedEvent {
    const audited = { action, resourceType: 'masking', resourceId: '', metadata };
    return stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
  }
}

function toKey({ generation, createdAt, createdBy }: KeyGeneration, current: boolean): MaskingKey {
  return { generation, createdAt: createdAt.toISOString(), createdBy, current };
}

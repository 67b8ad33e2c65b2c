import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { StagedEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { NewPolicyKey, PolicyKey } from './contract/policy-bundles.types';
import { KEY_ID, normalizeKey } from './domain/policy-key';
import { PolicyKeysRepository } from './storage/policy-keys.repository';
import { PolicyVersionsRepository } from './storage/policy-versions.repository';

/** Enough keys for key rotation in each of several pipelines. Every additional key increases the attack surface. */
const MAX_KEYS = 10;

/** The keys with which a tenant's bundles must be signed. */
@Injectable()
export class PolicyKeysService {
  constructor(
    private readonly repository: PolicyKeysRepository,
    private readonly versions: PolicyVersionsRepository,
    private readonly clock: Clock,
  ) {}

  list(context: CallContext): Promise<readonly PolicyKey[]> {
    return this.repository.list(requireTenant(context));
  }

  async put(context: CallContext, id: string, key: NewPolicyKey): Promise<PolicyKey> {
    const tenantId = requireTenant(context);
    if (!KEY_ID.test(id)) throw invalid('/keyId', 'A key id must be 1 to 128 letters, digits and ". _ : -".');
    const normal = normalizeKey(key);
    if (typeof normal === 'string') throw invalid('/publicKey', normal);
    return this.versions.locked(tenantId, async (tx) => {
      const others = (await this.repository.listIn(tx, tenantId)).filter((known) => known.id !== id);
      if (others.length >= MAX_KEYS) throw new AppError('conflict', `A tenant can have at most ${MAX_KEYS} keys.`);
      const event = this.event(context, 'policy.key.put', id, { algorithm: key.algorithm });
      return this.repository.put(tx, tenantId, id, { ...key, publicKey: normal.pem }, event);
    });
  }

  async remove(context: CallContext, id: string): Promise<void> {
    const tenantId = requireTenant(context);
    const event = this.event(context, 'policy.key.delete', id, {});
    const removed = await this.versions.locked(tenantId, (tx) => this.repository.delete(tx, tenantId, id, event));
    if (!removed) throw new AppError('not_found', 'There is no such key.');
  }

  private event(
    context: CallContext,
    action: string,
    id: string,
    metadata: Readonly<Record<string, unknown>>,
  ): StagedEvent {
    const audited = { action, resourceType: 'policy_key', resourceId: id, metadata };
    return stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
  }
}

function invalid(pointer: string, message: string): AppError {
  return new AppError('invalid_request', message, { fields: [{ pointer, code: 'invalid', message }] });
}

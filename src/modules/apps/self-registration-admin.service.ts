import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { Writes } from '../../kernel/idempotency/writes';
import { isId, newId } from '../../kernel/ids/ids';
import { newOpaqueToken } from '../../kernel/ids/opaque-token';
import type { CountedPage } from '../../kernel/lists/list-query';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { isBuiltIn } from './contract/platform-scopes';
import type { SelfRegistrationAdminPort } from './contract/self-registration-admin.port';
import {
  type InitialToken,
  type InitialTokenQuery,
  type InitialTokenWithSecret,
  type NewInitialToken,
  SELF_REGISTRATION_LIMITS,
  type SelfRegistration,
  type SelfRegistrationOrder,
} from './contract/self-registration.types';
import { INITIAL_TOKEN_PREFIX } from './domain/registration-tokens';
import { ScopesRepository } from './storage/scopes.repository';
import { SelfRegistrationRepository } from './storage/self-registration.repository';

const DAY_MS = 86_400_000;
const OFF: SelfRegistration = { enabled: false, updatedAt: null, updatedBy: null };

@Injectable()
export class SelfRegistrationAdminService implements SelfRegistrationAdminPort {
  constructor(
    private readonly repository: SelfRegistrationRepository,
    private readonly scopes: ScopesRepository,
    private readonly writes: Writes,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
  ) {}

  async get(context: CallContext): Promise<SelfRegistration> {
    return (await this.repository.find(requireTenant(context))) ?? OFF;
  }

  async set(context: CallContext, order: SelfRegistrationOrder): Promise<SelfRegistration> {
    const tenantId = requireTenant(context);
    const action = 'client_registration.set';
    const set = await this.writes.once(context, { action, input: order }, async (tx) => {
      await this.stage(tx, context, { action, id: tenantId, metadata: order });
      return this.repository.set(tx, tenantId, order.enabled, context.actor.id);
    });
    await this.feed.catchUp();
    return set;
  }

  createToken(context: CallContext, input: NewInitialToken): Promise<InitialTokenWithSecret> {
    const tenantId = requireTenant(context);
    const { name, scopes, maxUses, expiresInDays } = input;
    const now = this.clock.nowMs();
    const { token, hash } = newOpaqueToken(INITIAL_TOKEN_PREFIX);
    const id = newId('rgt', now);
    const expiresAt = new Date(now + expiresInDays * DAY_MS);
    const action = 'client_registration.token.create';
    return this.writes.once(context, { action, input }, async (tx) => {
      await this.assertScopes(tx, tenantId, scopes);
      const wanted = { id, name, hash, scopes, maxUses, expiresAt, createdBy: context.actor.id };
      const made = await this.repository.insert(tx, tenantId, wanted, SELF_REGISTRATION_LIMITS.tokens);
      if (made === null) {
        const message = `A tenant can have at most ${SELF_REGISTRATION_LIMITS.tokens} of these tokens; delete one first.`;
        throw new AppError('conflict', message);
      }
      await this.stage(tx, context, { action, id, metadata: { scopes, maxUses, expiresAt } });
      return { ...made, token };
    });
  }

  listTokens(context: CallContext, query: InitialTokenQuery): Promise<CountedPage<InitialToken>> {
    return this.repository.list(requireTenant(context), query);
  }

  async removeToken(context: CallContext, id: string): Promise<void> {
    const action = 'client_registration.token.delete';
    await this.writes.once(context, { action, input: { id } }, async (tx) => {
      const isGone = isId('rgt', id) && (await this.repository.remove(tx, requireTenant(context), id));
      if (!isGone) throw new AppError('not_found', 'There is no such token.');
      await this.stage(tx, context, { action, id, metadata: {} });
    });
  }

  /** Asserts that the scopes exist. Errors: `invalid_scope`. */
  private async assertScopes(tx: Tx, tenantId: string, scopes: readonly string[]): Promise<void> {
    const own = scopes.filter((scope) => !isBuiltIn(scope));
    if (own.length === 0) return;
    const known = await this.scopes.existing(tx, tenantId, own);
    const unknown = own.find((scope) => !known.has(scope));
    if (unknown !== undefined)
      throw new AppError('invalid_scope', `The scope "${unknown}" does not exist; create it first.`);
  }

  private stage(
    tx: Tx,
    context: CallContext,
    { action, id, metadata }: { readonly action: string; readonly id: string; readonly metadata: object },
  ): Promise<void> {
    const audited = { action, resourceType: 'client_registration', resourceId: id, metadata: { ...metadata } };
    return stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
  }
}

import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { assertCondition, type Condition } from '../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../kernel/lists/page';
import { type WriteRequest, Writes } from '../../kernel/idempotency/writes';
import { isId, newId } from '../../kernel/ids/ids';
import { ListCursors } from '../../kernel/lists/list-cursors';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { ClientRegistrationsPort } from '../apps/contract/client-registrations.port';
import { MembershipsPort } from '../users/contract/memberships.port';
import { bundleName } from './contract/resolution.types';
import type { SecretAccessPort } from './contract/secret-access.port';
import {
  ACCESS_LIMITS,
  type NewSecretBundle,
  type NewSecretGrant,
  type SecretBundle,
  type SecretGrant,
  type TaggedBundle,
} from './contract/secret-access.types';
import { revisionTag } from './secret-conditions';
import { SecretAccessRepository, type StoredBundle, type StoredGrant } from './storage/secret-access.repository';

@Injectable()
export class SecretAccessService implements SecretAccessPort {
  constructor(
    private readonly repository: SecretAccessRepository,
    private readonly memberships: MembershipsPort,
    private readonly clients: ClientRegistrationsPort,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
    private readonly writes: Writes,
  ) {}

  async putBundle(
    context: CallContext,
    name: string,
    input: NewSecretBundle,
    condition: Condition,
  ): Promise<TaggedBundle> {
    if (!bundleName.safeParse(name).success) {
      throw new AppError('invalid_request', 'A bundle name must have 1 to 128 letters, digits, ".", "_" and "-".');
    }
    return this.changing(context, { action: 'secret_bundle.set', input: { name, input } }, async (tx, tenantId) => {
      const known = await this.repository.findBundle(tx, tenantId, name);
      assertCondition(condition, known && revisionTag(name, known.revision));
      if (!known && (await this.repository.countBundles(tx, tenantId)) >= ACCESS_LIMITS.maxBundles) {
        throw new AppError('conflict', `A tenant can have at most ${ACCESS_LIMITS.maxBundles} bundles.`);
      }
      await this.repository.putBundle(tx, tenantId, { ...input, name, updatedAt: new Date(this.clock.nowMs()) });
      const put = await this.repository.findBundle(tx, tenantId, name);
      if (!put) throw new Error('A stored bundle does not exist.');
      await this.stage(tx, context, 'secret_bundle.set', 'secret_bundle', name, {
        refs: input.refs.map((ref) => ref.name),
      });
      return taggedBundle(put);
    });
  }

  async listBundles(context: CallContext, query: PageQuery): Promise<Page<SecretBundle>> {
    const tenantId = requireTenant(context);
    const cursors = new ListCursors('secret bundles', tenantId);
    const bundles = await this.repository.bundles(tenantId, cursors.after(query.cursor) ?? '', query.limit + 1);
    return cursors.page(
      bundles.map((stored) => taggedBundle(stored).bundle),
      query.limit,
      ({ name }) => name,
    );
  }

  async getBundle(context: CallContext, name: string): Promise<TaggedBundle> {
    const found = await this.repository.bundle(requireTenant(context), name);
    if (!found) throw noSuchBundle();
    return taggedBundle(found);
  }

  async removeBundle(context: CallContext, name: string, condition: Condition): Promise<void> {
    await this.changing(context, { action: 'secret_bundle.delete', input: { name } }, async (tx, tenantId) => {
      const known = await this.repository.findBundle(tx, tenantId, name);
      if (!known) throw noSuchBundle();
      assertCondition(condition, revisionTag(name, known.revision));
      await this.repository.removeBundle(tx, tenantId, name);
      await this.stage(tx, context, 'secret_bundle.delete', 'secret_bundle', name, {});
    });
  }

  async grant(context: CallContext, input: NewSecretGrant): Promise<SecretGrant> {
    const clientRegisteredAtMs = await this.registrationOf(context, input.principal);
    return this.changing(context, { action: 'secret_grant.add', input }, async (tx, tenantId) => {
      if (input.bundle !== null && !(await this.repository.findBundle(tx, tenantId, input.bundle))) {
        throw unknownMember('/bundle', 'The bundle does not exist.');
      }
      if ((await this.repository.countGrants(tx, tenantId)) >= ACCESS_LIMITS.maxGrants) {
        throw new AppError('conflict', `A tenant can have at most ${ACCESS_LIMITS.maxGrants} grants.`);
      }
      const made = this.newGrant(context, input, clientRegisteredAtMs);
      await this.repository.insertGrant(tx, tenantId, made);
      await this.stage(tx, context, 'secret_grant.add', 'secret_grant', made.id, factsOf(made));
      return shownGrant(made);
    });
  }

  async listGrants(context: CallContext, query: PageQuery): Promise<Page<SecretGrant>> {
    const tenantId = requireTenant(context);
    const cursors = new ListCursors('secret grants', tenantId);
    const grants = await this.repository.grants(tenantId, cursors.after(query.cursor) ?? '', query.limit + 1);
    return cursors.page(grants.map(shownGrant), query.limit, ({ id }) => id);
  }

  async getGrant(context: CallContext, id: string): Promise<SecretGrant> {
    const found = isId('sgr', id) ? await this.repository.grant(requireTenant(context), id) : null;
    if (!found) throw noSuchGrant();
    return shownGrant(found);
  }

  async revokeGrant(context: CallContext, id: string): Promise<void> {
    if (!isId('sgr', id)) throw noSuchGrant();
    await this.changing(context, { action: 'secret_grant.revoke', input: { id } }, async (tx, tenantId) => {
      const removed = await this.repository.removeGrant(tx, tenantId, id);
      if (!removed) throw noSuchGrant();
      await this.stage(tx, context, 'secret_grant.revoke', 'secret_grant', id, factsOf(removed));
    });
  }

  /**
   * Returns the registration time of the client to which a grant applies, or `null` for other principals.
   * Errors: `invalid_request` for a principal that does not exist in the tenant.
   */
  private async registrationOf(
    context: CallContext,
    { type, id }: NewSecretGrant['principal'],
  ): Promise<number | null> {
    const tenantId = requireTenant(context);
    if (type === 'client') {
      const registeredAtMs = await this.clients.registeredAtMs(tenantId, id);
      if (registeredAtMs === null) throw unknownMember('/principal/id', 'The application does not exist.');
      return registeredAtMs;
    }
    if (type === 'user' && !(await this.memberships.ofUser(tenantId, id)).isActive) {
      throw unknownMember('/principal/id', 'The user does not exist or is not active.');
    }
    if (type === 'group' && (await this.memberships.existing(tenantId, [id])).length === 0) {
      throw unknownMember('/principal/id', 'The group does not exist.');
    }
    return null;
  }

  private newGrant(context: CallContext, input: NewSecretGrant, clientRegisteredAtMs: number | null): StoredGrant {
    const nowMs = this.clock.nowMs();
    const { expiresAt, contextIdPrefix } = input.condition;
    return {
      id: newId('sgr', nowMs),
      principal: input.principal,
      clientRegisteredAtMs,
      bundle: input.bundle,
      path: input.path,
      expiresAtMs: expiresAt === null ? null : Date.parse(expiresAt),
      contextIdPrefix,
      createdAt: new Date(nowMs),
      createdBy: context.actor.id,
    };
  }

  private async changing<T>(
    context: CallContext,
    request: WriteRequest,
    work: (tx: Tx, tenantId: string) => Promise<T>,
  ): Promise<T> {
    const tenantId = requireTenant(context);
    const changed = await this.writes.once(context, request, (tx) =>
      this.repository.changing(tx, tenantId, () => work(tx, tenantId)),
    );
    await this.feed.catchUp();
    return changed;
  }

  private async stage(
    tx: Tx,
    context: CallContext,
    action: string,
    resourceType: string,
    resourceId: string,
    metadata: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const audited = { action, resourceType, resourceId, metadata };
    await stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
  }
}

function factsOf({ principal, bundle, path }: StoredGrant): Readonly<Record<string, unknown>> {
  return { principal, ...(bundle === null ? { path } : { bundle }) };
}

function taggedBundle({ revision, ...stored }: StoredBundle): TaggedBundle {
  return {
    bundle: {
      ...stored,
      refs: [...stored.refs],
      createdAt: stored.createdAt.toISOString(),
      updatedAt: stored.updatedAt.toISOString(),
    },
    entityTag: revisionTag(stored.name, revision),
  };
}

function shownGrant({ id, principal, bundle, path, createdBy, ...stored }: StoredGrant): SecretGrant {
  const expiresAt = stored.expiresAtMs === null ? null : new Date(stored.expiresAtMs).toISOString();
  return {
    id,
    principal,
    bundle,
    path,
    condition: { expiresAt, contextIdPrefix: stored.contextIdPrefix },
    createdAt: stored.createdAt.toISOString(),
    createdBy,
  };
}

function unknownMember(pointer: string, message: string): AppError {
  return new AppError('invalid_request', `The grant is invalid at ${pointer}: ${message}`, {
    fields: [{ pointer, code: 'not_found', message }],
  });
}

function noSuchBundle(): AppError {
  return new AppError('not_found', 'The bundle does not exist.');
}

function noSuchGrant(): AppError {
  return new AppError('not_found', 'The grant does not exist.');
}

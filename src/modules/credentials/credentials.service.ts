import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { AppError } from '../../kernel/errors/app-error';
import { changedMeanwhile, type ExpectedVersions } from '../../kernel/http/conditions/versions';
import { Writes } from '../../kernel/idempotency/writes';
import { newId } from '../../kernel/ids/ids';
import type { CountedPage } from '../../kernel/lists/list-query';
import { TenantKeys } from '../../kernel/sealing/tenant-keys';
import { Clock } from '../../kernel/time/clock';
import type { CredentialsPort } from './contract/credentials.port';
import {
  type Credential,
  type CredentialQuery,
  type CredentialRotation,
  type CredentialWithKey,
  CREDENTIAL_LIMITS,
  type NewCredential,
} from './contract/credentials.types';
import { CredentialAuditRecorder } from './credential-audit-recorder';
import { assertCanGrant, isAdministrator, newKeyOwner } from './key-owners';
import { keptKey } from './new-key';
import { CredentialsRepository, type Reach } from './storage/credentials.repository';

@Injectable()
export class CredentialsService implements CredentialsPort {
  constructor(
    private readonly repository: CredentialsRepository,
    private readonly trail: CredentialAuditRecorder,
    private readonly writes: Writes,
    private readonly keys: TenantKeys,
    private readonly clock: Clock,
    private readonly feed: ChangeFeed,
  ) {}

  async create(context: CallContext, input: NewCredential): Promise<CredentialWithKey> {
    const owner = newKeyOwner(context);
    assertCanGrant(context, input.scopes);
    this.assertFuture(input.expiresAt);
    const tenantId = requireTenant(context);
    const id = newId('crd');
    const { key, kept } = keptKey(await this.keys.current(tenantId));
    return this.writes.once(context, { action: 'credential.create', input }, async (tx) => {
      await this.assertRoom(tx, tenantId, owner.id);
      const made = await this.repository.insert(tx, { tenantId, id }, owner, input, kept);
      await this.trail.stage(tx, context, 'credential.create', made, { scopes: input.scopes });
      return { ...made, key };
    });
  }

  async list(context: CallContext, query: CredentialQuery): Promise<CountedPage<Credential>> {
    const own = ownerOf(context);
    if (own !== null && query.ownerId !== undefined && query.ownerId !== own) {
      throw new AppError('forbidden', 'Only administrators can list keys of other owners. Omit ownerId.');
    }
    return this.repository.list(requireTenant(context), own === null ? query : { ...query, ownerId: own });
  }

  async get(context: CallContext, id: string): Promise<Credential> {
    const found = await this.repository.find(reachOf(context, id));
    if (found === null) throw notFound();
    return found;
  }

  async rotate(
    context: CallContext,
    id: string,
    rotation: CredentialRotation,
    expected: ExpectedVersions,
  ): Promise<CredentialWithKey> {
    const { id: actorId } = newKeyOwner(context);
    const before = await this.get(context, id);
    // The caller receives the new key, so the key must have only scopes that the caller could grant.
    assertCanGrant(context, before.scopes);
    // An administrator can revoke someone else's key, but not obtain it.
    if (before.ownerId !== actorId)
      throw new AppError('forbidden', 'Only its owner can rotate a key; revoke it instead.');
    const { key, kept } = keptKey(await this.keys.current(requireTenant(context)));
    const { overlapSeconds } = rotation;
    const result = await this.writes.once(
      context,
      { action: 'credential.rotate', input: { id, rotation } },
      async (tx) => {
        const reach = reachOf(context, id);
        const outcome = await this.repository.rotate(tx, reach, kept, { actorId, overlapSeconds }, expected);
        if (outcome === null) throw await this.whyNot(tx, reach);
        const { rotated, ended, kept: changed } = outcome;
        await this.trail.publish(tx, context, rotated, { changed, ended });
        await this.trail.stage(tx, context, 'credential.rotate', rotated, { overlapSeconds });
        return { ...rotated, key };
      },
    );
    await this.feed.catchUp();
    return result;
  }

  async revoke(context: CallContext, id: string, expected: ExpectedVersions): Promise<Credential> {
    const revoked = await this.writes.once(context, { action: 'credential.revoke', input: { id } }, async (tx) => {
      const reach = reachOf(context, id);
      const ended = await this.repository.revoke(tx, reach, context.actor.id, expected);
      if (ended === null) return this.revokedAlready(tx, reach, expected);
      await this.trail.publish(tx, context, ended, { ended: await this.repository.keysOf(tx, reach.tenantId, id) });
      await this.trail.stage(tx, context, 'credential.revoke', ended);
      return ended;
    });
    await this.feed.catchUp();
    return revoked;
  }

  private async revokedAlready(tx: Tx, reach: Reach, expected: ExpectedVersions): Promise<Credential> {
    const found = await this.repository.lock(tx, reach);
    if (found === null) throw notFound();
    if (found.status !== 'revoked' || expected?.includes(found.version) === false) throw changedMeanwhile();
    return found;
  }

  private async whyNot(tx: Tx, reach: Reach): Promise<AppError> {
    const found = await this.repository.lock(tx, reach);
    if (found === null) return notFound();
    return found.status === 'active'
      ? changedMeanwhile()
      : new AppError('conflict', `The key is ${found.status}. Create a new one.`);
  }

  private async assertRoom(tx: Tx, tenantId: string, ownerId: string): Promise<void> {
    const { perTenant, perOwner } = CREDENTIAL_LIMITS;
    const { ofTenant, ofOwner } = await this.repository.countLocked(tx, tenantId, ownerId);
    if (ofOwner >= perOwner) {
      throw new AppError('conflict', `You have the maximum of ${perOwner} keys. Revoke a key that you do not use.`);
    }
    if (ofTenant >= perTenant) {
      throw new AppError('conflict', `The tenant has the maximum of ${perTenant} keys. Revoke some of them.`);
    }
  }

  private assertFuture(expiresAt: string | null): void {
    if (expiresAt === null || Date.parse(expiresAt) > this.clock.nowMs()) return;
    throw new AppError('invalid_request', 'The expiry of a key must be in the future.', {
      fields: [{ pointer: '/expiresAt', code: 'custom', message: 'must be in the future' }],
    });
  }
}

/** Returns the owner whose keys the caller can access, or `null` for a caller that can access all keys. */
function ownerOf(context: CallContext): string | null {
  return isAdministrator(context) ? null : context.actor.id;
}

function reachOf(context: CallContext, id: string): Reach {
  return { tenantId: requireTenant(context), id, ownerId: ownerOf(context) };
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such credential.');
}

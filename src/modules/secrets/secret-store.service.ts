import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { assertCondition, type Condition } from '../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../kernel/lists/page';
import { TenantKeys } from '../../kernel/sealing/tenant-keys';
import { type WriteRequest, Writes } from '../../kernel/idempotency/writes';
import { ListCursors } from '../../kernel/lists/list-cursors';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { SecretStorePort } from './contract/secret-store.port';
import {
  SECRET_LIMITS,
  SECRET_NAME,
  type SecretInput,
  type SecretVersion,
  type TaggedSecret,
} from './contract/secrets.types';
import { assertVersion, revisionTag } from './secret-conditions';
import { secretOwner } from './domain/secret-owner';
import { assertSize } from './domain/secret-value';
import { shownVersion, taggedSecret } from './secret-views';
import { SecretsRepository, type StoredSecret } from './storage/secrets.repository';

const MS = 1_000;

@Injectable()
export class SecretStoreService implements SecretStorePort {
  constructor(
    private readonly repository: SecretsRepository,
    private readonly keys: TenantKeys,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
    private readonly writes: Writes,
  ) {}

  async put(context: CallContext, name: string, input: SecretInput, condition: Condition): Promise<TaggedSecret> {
    const tenantId = requireTenant(context);
    assertName(name);
    assertSize(input.value);
    const key = await this.keys.current(tenantId);
    const written = await this.repository.inTransaction(tenantId, async (tx) => {
      const held = await this.holdOrMake(tx, tenantId, name, input.cas === 0 || input.cas === null);
      const isThere = held.currentVersion > 0 && held.deletedAt === null;
      assertVersion(input.cas, isThere ? held.currentVersion : 0);
      assertCondition(condition, isThere ? revisionTag(name, held.revision) : null);
      const version = held.currentVersion + 1;
      const sealed = key.seal(Buffer.from(input.value), secretOwner(name, version));
      const nowMs = this.clock.nowMs();
      await this.repository.addVersion(
        tx,
        tenantId,
        name,
        { version, keyId: key.id, sealed, createdBy: context.actor.id },
        {
          description: input.description ?? held.description,
          maxVersions: input.maxVersions ?? held.maxVersions,
          // A deleted version stays unavailable after a new version is written.
          previousUntil: isThere ? new Date(nowMs + input.graceSeconds * MS) : null,
          now: new Date(nowMs),
        },
      );
      return this.finish(tx, context, 'secret.set', name, { version, graceSeconds: input.graceSeconds });
    });
    await this.feed.catchUp();
    return written;
  }

  async list(context: CallContext, query: PageQuery): Promise<Page<TaggedSecret['secret']>> {
    const tenantId = requireTenant(context);
    const cursors = new ListCursors('secrets', tenantId);
    const secrets = await this.repository.list(tenantId, cursors.after(query.cursor) ?? '', query.limit + 1);
    return cursors.page(
      secrets.map((stored) => taggedSecret(stored).secret),
      query.limit,
      ({ name }) => name,
    );
  }

  async get(context: CallContext, name: string): Promise<TaggedSecret> {
    return taggedSecret(await this.find(context, name));
  }

  async versions(context: CallContext, name: string, query: PageQuery): Promise<Page<SecretVersion>> {
    const found = await this.find(context, name);
    const tenantId = requireTenant(context);
    const cursors = new ListCursors('secret versions', tenantId, { name });
    const before = cursors.afterNumber(query.cursor);
    const versions = await this.repository.versions(tenantId, name, before, query.limit + 1);
    const nowMs = this.clock.nowMs();
    return cursors.page(
      versions.map((version) => shownVersion(found, version, nowMs)),
      query.limit,
      ({ version }) => version,
    );
  }

  remove(context: CallContext, name: string, condition: Condition): Promise<TaggedSecret> {
    return this.changing(context, name, { action: 'secret.delete', input: { name } }, async (tx, held) => {
      if (held.deletedAt !== null) throw noSuchSecret();
      assertCondition(condition, revisionTag(name, held.revision));
      const now = new Date(this.clock.nowMs());
      await this.repository.setDeleted(tx, requireTenant(context), name, now, now);
      return this.finish(tx, context, 'secret.delete', name, { version: held.currentVersion });
    });
  }

  undelete(context: CallContext, name: string): Promise<TaggedSecret> {
    return this.changing(context, name, { action: 'secret.undelete', input: { name } }, async (tx, held) => {
      if (held.deletedAt === null) throw new AppError('not_found', 'The secret does not exist or is not deleted.');
      await this.repository.setDeleted(tx, requireTenant(context), name, null, new Date(this.clock.nowMs()));
      return this.finish(tx, context, 'secret.undelete', name, { version: held.currentVersion });
    });
  }

  destroy(context: CallContext, name: string, versions: readonly number[] | null): Promise<TaggedSecret | null> {
    const tenantId = requireTenant(context);
    return this.changing(context, name, { action: 'secret.destroy', input: { name, versions } }, async (tx) => {
      if (versions === null) {
        await this.repository.erase(tx, tenantId, name);
        await this.stage(tx, context, 'secret.destroy', name, { versions: 'all' });
        return null;
      }
      const wanted = [...new Set(versions)];
      const found = await this.repository.destroy(tx, tenantId, name, wanted, new Date(this.clock.nowMs()));
      if (found < wanted.length) throw new AppError('not_found', 'The version does not exist.');
      return this.finish(tx, context, 'secret.destroy', name, { versions: wanted });
    });
  }

  private async changing<T>(
    context: CallContext,
    name: string,
    request: WriteRequest,
    work: (tx: Tx, held: StoredSecret) => Promise<T>,
  ): Promise<T> {
    const tenantId = requireTenant(context);
    const changed = await this.writes.once(context, request, async (tx) => {
      const held = SECRET_NAME.test(name) ? await this.repository.lock(tx, tenantId, name) : null;
      if (!held) throw noSuchSecret();
      return work(tx, held);
    });
    await this.feed.catchUp();
    return changed;
  }

  /** @param mayMake false if the writer expects the secret to exist. */
  private async holdOrMake(tx: Tx, tenantId: string, name: string, mayMake: boolean): Promise<StoredSecret> {
    const held = await this.repository.lock(tx, tenantId, name);
    if (held) return held;
    if (!mayMake) return withoutVersions(name);
    const secrets = await this.repository.countLocked(tx, tenantId);
    // Another writer created the secret while this one was waiting.
    const made = await this.repository.lock(tx, tenantId, name);
    if (made) return made;
    if (secrets >= SECRET_LIMITS.maxSecrets) {
      throw new AppError('conflict', `A tenant can have at most ${SECRET_LIMITS.maxSecrets} secrets.`);
    }
    await this.repository.insert(tx, tenantId, name, SECRET_LIMITS.defaultVersions, new Date(this.clock.nowMs()));
    return withoutVersions(name);
  }

  private async find(context: CallContext, name: string): Promise<StoredSecret> {
    const found = SECRET_NAME.test(name) ? await this.repository.find(requireTenant(context), name) : null;
    if (!found) throw noSuchSecret();
    return found;
  }

  private async finish(
    tx: Tx,
    context: CallContext,
    action: string,
    name: string,
    metadata: Readonly<Record<string, unknown>>,
  ): Promise<TaggedSecret> {
    const now = await this.repository.lock(tx, requireTenant(context), name);
    if (!now) throw new Error('A stored secret does not exist.');
    await this.stage(tx, context, action, name, metadata);
    return taggedSecret(now);
  }

  /** Stages an event with the name and version, but never with a value. */
  private async stage(
    tx: Tx,
    context: CallContext,
    action: string,
    resourceId: string,
    metadata: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const audited = { action, resourceType: 'secret', resourceId, metadata };
    await stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
  }
}

function withoutVersions(name: string): StoredSecret {
  return {
    name,
    description: '',
    currentVersion: 0,
    maxVersions: SECRET_LIMITS.defaultVersions,
    revision: 0,
    createdAt: new Date(0),
    updatedAt: new Date(0),
    deletedAt: null,
  };
}

function assertName(name: string): void {
  if (SECRET_NAME.test(name)) return;
  throw new AppError(
    'invalid_request',
    'A secret name must be an upper-case letter, then upper-case letters, digits and "_", at most 128 characters.',
  );
}

function noSuchSecret(): AppError {
  return new AppError('not_found', 'The secret does not exist.');
}

import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import type { Condition } from '../../kernel/http/conditions/conditions';
import { Writes } from '../../kernel/idempotency/writes';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { BundleChecker } from './bundle/bundle-checker';
import type { CheckedBundle } from './bundle/check/check-job';
import { sentBundle } from './bundle/sent-bundle';
import type { BundleUpload } from './contract/policy-bundles.port';
import type { PolicyKey, PolicyVersion } from './contract/policy-bundles.types';
import { isOlderRevision } from './domain/revision-order';
import { assertActive } from './policy-conditions';
import { PolicyKeysRepository } from './storage/policy-keys.repository';
import { type PolicyHead, PolicyVersionsRepository } from './storage/policy-versions.repository';

/**
 * The operations that change the served policy. Each operation has two phases. First, it checks the bundle against the current keys and
 * base policy, which can take seconds and does not need a lock. Then, under the lock of the tenant's head, it verifies that the inputs of
 * the check have not changed, and writes everything in one transaction.
 */
@Injectable()
export class PolicyUploadsService {
  constructor(
    private readonly versions: PolicyVersionsRepository,
    private readonly keys: PolicyKeysRepository,
    private readonly checker: BundleChecker,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
    private readonly writes: Writes,
  ) {}

  put(context: CallContext, upload: BundleUpload, condition: Condition, stage: boolean): Promise<PolicyVersion> {
    return this.accept(context, upload, condition, stage ? 'policy.stage' : 'policy.upload');
  }

  /**
   * Activates an empty bundle, which every follower of the tenant's bundles receives like any other version. Errors: `not_found` if no
   * bundle is active.
   */
  async remove(context: CallContext, condition: Condition): Promise<void> {
    await this.accept(context, { kind: 'files', modules: {}, data: {} }, condition, 'policy.delete');
  }

  private async accept(
    context: CallContext,
    upload: BundleUpload,
    condition: Condition,
    action: 'policy.stage' | 'policy.upload' | 'policy.delete',
  ): Promise<PolicyVersion> {
    const tenantId = requireTenant(context);
    const stage = action === 'policy.stage';
    const sent = sentBundle(upload);
    // Checked here so that an upload that is bound to fail skips the full check. Checked again under the lock.
    const [active, keys] = await Promise.all([this.versions.active(tenantId), this.keys.list(tenantId)]);
    if (action === 'policy.delete' && active === null) throw noBundle();
    assertActive(condition, active);
    const checked = await this.checker.check(tenantId, sent, keys);
    const accepted = await this.versions.locked(tenantId, async (tx, head) => {
      const active = await this.assertUnchanged(tx, tenantId, head, condition, keys);
      if (active?.digest === checked.digest) return active;
      const staged = await this.findReused(tx, tenantId, checked, active, stage);
      if (staged) return staged;
      const made = { ...checked, restoredFrom: null, createdBy: context.actor.id };
      const version = await this.versions.insert(tx, tenantId, head, made);
      if (!stage) await this.versions.activate(tx, tenantId, version);
      return this.finish(tx, context, action, version);
    });
    await this.feed.catchUp();
    return accepted;
  }

  async activate(context: CallContext, version: number, condition: Condition): Promise<PolicyVersion> {
    const tenantId = requireTenant(context);
    const activated = await this.writes.onceAfter(
      context,
      { action: 'policy.activate', input: { version } },
      async () => {
        const found = await this.versions.withArchive(tenantId, version);
        if (!found) throw noSuchVersion();
        if (found.version.status !== 'active') assertStaged(found.version);
        assertActive(condition, await this.versions.active(tenantId));
        const keys = await this.keys.list(tenantId);
        // Keys and the base policy may have changed since the version was staged.
        await this.checker.check(tenantId, { kind: 'archive', bytes: found.archive }, keys);
        return keys;
      },
      async (tx, keys) => {
        await this.assertUnchanged(tx, tenantId, await this.versions.lockedHead(tx, tenantId), condition, keys);
        const now = await this.versions.find(tx, tenantId, version);
        if (!now) throw noSuchVersion();
        if (now.status === 'active') return now;
        assertStaged(now);
        await this.versions.activate(tx, tenantId, version);
        return this.finish(tx, context, 'policy.activate', version);
      },
    );
    await this.feed.catchUp();
    return activated;
  }

  async rollback(context: CallContext, version: number | null, condition: Condition): Promise<PolicyVersion> {
    const tenantId = requireTenant(context);
    const restored = await this.writes.onceAfter(
      context,
      { action: 'policy.rollback', input: { version } },
      () => this.checkEarlier(tenantId, version, condition),
      async (tx, { keys, checked, restoredFrom }) => {
        const head = await this.versions.lockedHead(tx, tenantId);
        const active = await this.assertUnchanged(tx, tenantId, head, condition, keys);
        if (active?.digest === checked.digest) return active;
        const made = { ...checked, restoredFrom, createdBy: context.actor.id };
        const next = await this.versions.insert(tx, tenantId, head, made);
        await this.versions.activate(tx, tenantId, next);
        return this.finish(tx, context, 'policy.rollback', next);
      },
    );
    await this.feed.catchUp();
    return restored;
  }

  /** Returns the earlier bundle to restore, checked against the current rules. @param version `null` for the previously active version. */
  private async checkEarlier(
    tenantId: string,
    version: number | null,
    condition: Condition,
  ): Promise<{ readonly keys: readonly PolicyKey[]; readonly checked: CheckedBundle; readonly restoredFrom: number }> {
    const target = version ?? (await this.versions.previouslyActive(tenantId));
    const found = target === null ? null : await this.versions.withArchive(tenantId, target);
    if (!found) throw noSuchVersion();
    const { version: restoredFrom, activatedAt } = found.version;
    if (activatedAt === null) {
      throw new AppError('not_found', `Version ${restoredFrom} has never been active; activate it instead.`);
    }
    assertActive(condition, await this.versions.active(tenantId));
    const keys = await this.keys.list(tenantId);
    const checked = await this.checker.check(tenantId, { kind: 'archive', bytes: found.archive }, keys);
    return { keys, checked, restoredFrom };
  }

  /** Returns the active version after checking the condition. Errors: `precondition_failed`; `conflict` when the keys have changed. */
  private async assertUnchanged(
    tx: Tx,
    tenantId: string,
    head: PolicyHead,
    condition: Condition,
    keys: readonly PolicyKey[],
  ): Promise<PolicyVersion | null> {
    const active = head.activeVersion === null ? null : await this.versions.find(tx, tenantId, head.activeVersion);
    assertActive(condition, active);
    const now = await this.keys.listIn(tx, tenantId);
    if (JSON.stringify(now) !== JSON.stringify(keys)) {
      throw new AppError('conflict', 'The signing keys changed while the bundle was being checked; send it again.');
    }
    return active;
  }

  /**
   * Checks a revision: it must be unused, and not older than the active revision.
   * @returns the existing version if exactly this bundle is already staged and the upload would only stage it again.
   */
  private async findReused(
    tx: Tx,
    tenantId: string,
    { revision, digest }: { readonly revision: string; readonly digest: string },
    active: PolicyVersion | null,
    stage: boolean,
  ): Promise<PolicyVersion | null> {
    if (revision === '') return null;
    if (active && isOlderRevision(revision, active.revision)) {
      throw new AppError('conflict', `The revision "${revision}" is older than the active one, "${active.revision}".`);
    }
    const used = await this.versions.findRevision(tx, tenantId, revision);
    if (!used) return null;
    const isStaged = used.status === 'staged' && used.digest === digest;
    if (isStaged && stage) return used;
    const hint = isStaged ? 'activate it' : 'use a different revision, or roll back to that version';
    throw new AppError('conflict', `Version ${used.version} already has the revision "${revision}"; ${hint}.`);
  }

  /** Finishes a write: sets the current version, stages its event, and deletes versions beyond the limit. */
  private async finish(tx: Tx, context: CallContext, action: string, version: number): Promise<PolicyVersion> {
    const tenantId = requireTenant(context);
    await this.versions.trim(tx, tenantId);
    const made = await this.versions.find(tx, tenantId, version);
    if (!made) throw new Error('A version was stored but does not exist.');
    const { revision, digest, restoredFrom } = made;
    const metadata = { version, revision, digest, ...(restoredFrom === null ? {} : { restoredFrom }) };
    const audited = { action, resourceType: 'policy', resourceId: String(version), metadata };
    await stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
    return made;
  }
}

/** Throws unless a version is staged. Errors: `conflict` for a version that was active, or that a newer version has superseded. */
function assertStaged({ version, status }: PolicyVersion): void {
  if (status === 'staged') return;
  const why = status === 'discarded' ? 'A newer version has been activated since' : 'It has already been active';
  throw new AppError('conflict', `Version ${version} cannot be activated. ${why}; upload it again or roll back.`);
}

/** The error for a tenant whose decisions only the default policy makes. */
export function noBundle(): AppError {
  return new AppError('not_found', 'The tenant has no policy bundle; the default policy decides.');
}

function noSuchVersion(): AppError {
  return new AppError('not_found', 'There is no such policy version.');
}

import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { StagedEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { changedMeanwhile, type ExpectedVersions } from '../../kernel/http/conditions/versions';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { ScimExtensionsPort } from './contract/scim-extensions.port';
import {
  EXTENSION_LIMITS,
  extensionUrn,
  type ScimExtension,
  type ScimExtensionBody,
} from './contract/scim-extensions.types';
import { ScimExtensionsRepository } from './storage/scim-extensions.repository';

@Injectable()
export class ScimExtensionsService implements ScimExtensionsPort {
  constructor(
    private readonly repository: ScimExtensionsRepository,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
  ) {}

  list(context: CallContext): Promise<readonly ScimExtension[]> {
    return this.repository.list(requireTenant(context));
  }

  async get(context: CallContext, urn: string): Promise<ScimExtension> {
    return found(await this.list(context), urn);
  }

  async put(
    context: CallContext,
    urn: string,
    body: ScimExtensionBody,
    expected: ExpectedVersions,
  ): Promise<ScimExtension> {
    const tenantId = requireTenant(context);
    assertUrn(urn);
    const event = this.event(context, 'scim.extension.set', urn);
    const stored = await this.repository.change(tenantId, urn, event, async (tx, extensions) => {
      const there = extensions.find((extension) => isNamed(extension, urn));
      if (expected !== null && !expected.includes(there?.version ?? 0)) throw changedMeanwhile();
      if (there && there.resource !== body.resource) {
        throw new AppError('conflict', `This extension already exists for ${there.resource}; delete it first.`);
      }
      if (!there && extensions.length >= EXTENSION_LIMITS.perTenant) {
        throw new AppError('conflict', `A tenant can have at most ${EXTENSION_LIMITS.perTenant} extensions.`);
      }
      const now = new Date(this.clock.nowMs());
      return this.repository.put(tx, tenantId, there?.urn ?? urn, body, context.actor.id, now);
    });
    await this.feed.catchUp();
    return stored;
  }

  async remove(context: CallContext, urn: string, expected: ExpectedVersions): Promise<void> {
    const tenantId = requireTenant(context);
    const event = this.event(context, 'scim.extension.delete', urn);
    await this.repository.change(tenantId, urn, event, async (tx, extensions) => {
      const there = found(extensions, urn);
      if (expected !== null && !expected.includes(there.version)) throw changedMeanwhile();
      await this.repository.remove(tx, tenantId, there.urn);
    });
    await this.feed.catchUp();
  }

  private event(context: CallContext, action: string, urn: string): StagedEvent {
    const audited = { action, resourceType: 'scim_extension', resourceId: urn };
    return stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
  }
}

function assertUrn(urn: string): void {
  const parsed = extensionUrn.safeParse(urn);
  if (parsed.success) return;
  const message = `The URN ${parsed.error.issues[0]?.message ?? 'is not valid'}.`;
  throw new AppError('invalid_request', message, { fields: [{ pointer: '/urn', code: 'invalid_format', message }] });
}

function found(extensions: readonly ScimExtension[], urn: string): ScimExtension {
  const there = extensions.find((extension) => isNamed(extension, urn));
  if (!there) throw new AppError('not_found', 'This extension does not exist.');
  return there;
}

/** URNs of attributes are case-insensitive (RFC 7643 §2.1). */
function isNamed(extension: ScimExtension, urn: string): boolean {
  return extension.urn.toLowerCase() === urn.toLowerCase();
}

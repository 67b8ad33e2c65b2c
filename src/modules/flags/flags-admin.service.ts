import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { assertCondition, type Condition } from '../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../kernel/lists/page';
import { ListCursors } from '../../kernel/lists/list-cursors';
import { tenantScheduler } from '../../kernel/threads/tenant-scheduler';
import { type FlagDocument, NO_FLAGS } from './contract/flag-document.types';
import type { FlagsAdminPort } from './contract/flags-admin.port';
import {
  documentEntityTag,
  type FlagDiff,
  type FlagSummary,
  type FlagVersion,
  type NewScheduledChange,
  type ScheduledChange,
  type ScheduledChangeSummary,
} from './contract/flags-admin.types';
import type { FlagResource, WrittenFlag } from './contract/flags.types';
import { withoutFlag } from './domain/apply-change';
import { diffDocuments } from './domain/document-diff';
import { flagResourceOf } from './domain/flag-resource';
import { parseChecked } from './domain/read-document';
import { FlagSet } from './engine/flag-set';
import { flagResources } from './flag-resources';
import { assertFlagCondition, flagIn, type FlagWrite, FlagWritesService } from './flag-writes.service';
import { ScheduledChangesService } from './scheduled-changes.service';
import { FlagVersionsRepository } from './storage/flag-versions.repository';

@Injectable()
export class FlagsAdminService implements FlagsAdminPort {
  constructor(
    private readonly repository: FlagVersionsRepository,
    private readonly writes: FlagWritesService,
    private readonly schedules: ScheduledChangesService,
  ) {}

  async summary(context: CallContext): Promise<FlagSummary> {
    const { version, document } = await this.document(context);
    const set = new FlagSet(version, document);
    const flags = await flagResources(requireTenant(context), set, set.keys);
    return {
      flags: flags.map(({ name, enabled, state, defaultVariant, key }) => ({
        key,
        name,
        enabled,
        state,
        defaultVariant,
      })),
      version,
    };
  }

  document(context: CallContext): Promise<{ readonly version: number; readonly document: FlagDocument }> {
    return this.repository.current(requireTenant(context));
  }

  async putDocument(context: CallContext, text: string, condition: Condition): Promise<FlagVersion> {
    await this.writes.assertSound(context, { kind: 'document', text });
    const origin = { kind: 'flags.write', tenantId: requireTenant(context) };
    const document = await tenantScheduler.run(origin, () => parseChecked(text) as FlagDocument);
    return this.replace(context, condition, {
      action: 'flags.document.put',
      resourceId: '',
      change: () => document,
    });
  }

  async get(context: CallContext, key: string): Promise<FlagResource> {
    const { version, document } = await this.document(context);
    const flag = flagResourceOf(new FlagSet(version, document), key);
    if (!flag) throw noSuchFlag();
    return flag;
  }

  put(context: CallContext, key: string, text: string, condition: Condition): Promise<WrittenFlag> {
    return this.writes.putFlag(context, 'flag.admin.put', key, text, condition);
  }

  async delete(context: CallContext, key: string, condition: Condition): Promise<void> {
    await this.writes.write(context, {
      action: 'flag.admin.delete',
      resourceId: key,
      change: ({ document }) => {
        const flag = flagIn(document, key);
        if (!flag) throw noSuchFlag();
        assertFlagCondition(condition, flag);
        return withoutFlag(document, key);
      },
    });
  }

  async versions(context: CallContext, query: PageQuery): Promise<Page<FlagVersion>> {
    const tenantId = requireTenant(context);
    const cursors = new ListCursors('flag versions', tenantId);
    const versions = await this.repository.page(tenantId, cursors.afterNumber(query.cursor), query.limit + 1);
    return cursors.page(versions, query.limit, ({ version }) => version);
  }

  async version(
    context: CallContext,
    version: number,
  ): Promise<{ readonly version: FlagVersion; readonly document: FlagDocument }> {
    const found = await this.repository.find(requireTenant(context), version);
    if (!found) throw noSuchVersion();
    return found;
  }

  async diff(context: CallContext, from: number, to: number | null): Promise<FlagDiff> {
    const current = to === null ? await this.document(context) : null;
    const [before, after] = await Promise.all([
      this.documentOf(context, from),
      current?.document ?? this.documentOf(context, to ?? 0),
    ]);
    return { from, to: to ?? current?.version ?? 0, differences: [...diffDocuments(before, after)] };
  }

  async revert(context: CallContext, version: number, condition: Condition): Promise<FlagVersion> {
    const { document } = await this.version(context, version);
    return this.replace(context, condition, {
      action: 'flags.revert',
      resourceId: String(version),
      change: () => document,
      restoredFrom: version,
    });
  }

  schedule(context: CallContext, scheduled: NewScheduledChange): Promise<ScheduledChange> {
    return this.schedules.schedule(context, scheduled);
  }

  scheduled(context: CallContext, query: PageQuery): Promise<Page<ScheduledChangeSummary>> {
    return this.schedules.list(context, query);
  }

  scheduledChange(context: CallContext, id: string): Promise<ScheduledChange> {
    return this.schedules.get(context, id);
  }

  cancel(context: CallContext, id: string): Promise<void> {
    return this.schedules.cancel(context, id);
  }

  /** Writes the document. If nothing changes, returns the current version. */
  private async replace(context: CallContext, condition: Condition, write: FlagWrite): Promise<FlagVersion> {
    const { made, now } = await this.writes.write(context, {
      ...write,
      change: (current) => {
        const tag = documentEntityTag(current.version);
        // The first document is empty and counts as missing, except to a client that has read it.
        const isMissing = current.version === 0 && condition.ifMatch !== tag;
        assertCondition(condition, isMissing ? null : tag, 'The document');
        return write.change(current);
      },
    });
    if (made) return made;
    if (now.version === 0) throw new AppError('conflict', 'The tenant has no flags, before and after the change.');
    return (await this.version(context, now.version)).version;
  }

  private async documentOf(context: CallContext, version: number): Promise<FlagDocument> {
    return version === 0 ? NO_FLAGS : (await this.version(context, version)).document;
  }
}

function noSuchFlag(): AppError {
  return new AppError('not_found', 'The flag does not exist.');
}

function noSuchVersion(): AppError {
  return new AppError('not_found', 'The version of the flags does not exist.');
}

import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { AppError } from '../../kernel/errors/app-error';
import { Writes } from '../../kernel/idempotency/writes';
import type { Conditions, Reauthorize } from './contract/files.port';
import type { CopyOrder, FilePlace, FileView, MoveOrder } from './contract/files.types';
import { assertWritable } from './preconditions';
import { spaceOf } from './domain/space';
import { FileCommits } from './file-commits';
import { FileEvents } from './file-events';
import { FileProjects } from './file-projects';
import { FileQuotas, noRoom } from './file-quotas';
import { noSuchFile } from './no-such-file';
import { type FileRow, type Location, toFile, validatorsOf } from './storage/file.row';
import { FilesRepository } from './storage/files.repository';
import { type Quota, QuotaRepository } from './storage/quota.repository';
import { type AssertAllowed, WriteAuthorization } from './write-authorization';

interface Removal {
  readonly dropsVersions: boolean;
  readonly conditions: Conditions;
  readonly reauthorize: Reauthorize;
}

/** Writes without new bytes: a copy adds a version that has the same content. */
@Injectable()
export class FileCopies {
  constructor(
    private readonly writes: Writes,
    private readonly files: FilesRepository,
    private readonly counts: QuotaRepository,
    private readonly quotas: FileQuotas,
    private readonly commits: FileCommits,
    private readonly events: FileEvents,
    private readonly projects: FileProjects,
    private readonly authorization: WriteAuthorization,
  ) {}

  async copy(context: CallContext, order: CopyOrder, reauthorize: Reauthorize): Promise<FileView> {
    const tenantId = requireTenant(context);
    const source = locationOf(context, order.source);
    const target = await this.files.find(tenantId, locationOf(context, order.target), null);
    await this.projects.assertFits(tenantId, order.projectId, target);
    const quota = await this.quotas.quotaOf(context);
    // Permission to read a project's file does not imply permission to add files to the project.
    const projectId = order.projectId ?? null;
    const acts = [
      { action: 'file.get', place: order.source, projectId: null },
      { action: 'file.put', place: order.target, projectId },
    ] as const;
    const write = { action: 'file.copy.create', input: order };
    const copyOnce = (assertAllowed: AssertAllowed) =>
      this.writes.once(context, write, async (tx) => {
        const row = await this.files.pinned(tx, tenantId, source, order.source.version ?? null);
        if (!row) throw noSuchFile();
        await assertAllowed(tx, { action: 'file.get', place: order.source, projectId: row.project_id });
        const copied = await this.arrive(tx, context, { row, order, projectId, quota, assertAllowed });
        const metadata = { source: nameOf(order.source), version: copied.version };
        await this.events.stage(tx, context, 'file.copy.create', order.target, metadata);
        return copied;
      });
    return this.authorization.run(context, reauthorize, acts, copyOnce);
  }

  async move(context: CallContext, order: MoveOrder, reauthorize: Reauthorize): Promise<FileView> {
    const tenantId = requireTenant(context);
    const [source, target] = [locationOf(context, order.source), locationOf(context, order.target)];
    if (nameOf(order.source) === nameOf(order.target)) {
      throw new AppError('invalid_request', 'The source and the target of a move must differ.');
    }
    const quota = await this.quotas.quotaOf(context);
    const acts = [
      { action: 'file.get', place: order.source, projectId: null },
      { action: 'file.delete', place: order.source, projectId: null },
      {
        action: 'file.put',
        place: order.target,
        projectId: await this.projects.projectAt(context, order.source, null),
      },
    ] as const;
    const write = { action: 'file.move.create', input: order };
    const moveOnce = (assertAllowed: AssertAllowed) =>
      this.writes.once(context, write, async (tx) => {
        // Locks in a fixed order, so that two moves in opposite directions do not deadlock.
        const isFirst = nameOf(order.source) < nameOf(order.target);
        if (!isFirst) await this.commits.claim(tx, tenantId, target, context.actor.id, {});
        const held = await this.files.lock(tx, tenantId, source);
        if (!held) throw noSuchFile();
        for (const action of ['file.get', 'file.delete'] as const) {
          await assertAllowed(tx, { action, place: order.source, projectId: held.current.project_id });
        }
        const moved = await this.arrive(tx, context, {
          row: held.current,
          order,
          projectId: held.current.project_id,
          quota,
          assertAllowed,
        });
        await this.files.retire(tx, tenantId, held.id, this.commits.retention().untilMs);
        const metadata = { source: nameOf(order.source), version: moved.version };
        await this.events.stage(tx, context, 'file.move.create', order.target, metadata);
        return moved;
      });
    return this.authorization.run(context, reauthorize, acts, moveOnce);
  }

  async remove(
    context: CallContext,
    place: FilePlace,
    { dropsVersions, conditions, reauthorize }: Removal,
  ): Promise<void> {
    const tenantId = requireTenant(context);
    const act = { action: 'file.delete', place } as const;
    const write = { action: 'file.delete', input: place };
    const removeOnce = (assertAllowed: AssertAllowed) =>
      this.writes.once(context, write, async (tx) => {
        const held = await this.files.lock(tx, tenantId, locationOf(context, place));
        assertWritable(conditions, held && validatorsOf(held.current));
        if (!held) throw noSuchFile();
        await assertAllowed(tx, { ...act, projectId: held.current.project_id });
        if (dropsVersions) {
          const freed = await this.files.erase(tx, tenantId, held.id);
          await this.counts.settle(tx, tenantId, { used: -freed });
        } else {
          await this.files.retire(tx, tenantId, held.id, this.commits.retention().untilMs);
        }
        await this.events.stage(tx, context, 'file.delete', place, { version: held.current.version, dropsVersions });
      });
    await this.authorization.run(context, reauthorize, [{ ...act, projectId: null }], removeOnce);
  }

  /** Makes existing content the current version of the target. */
  private async arrive(
    tx: Tx,
    context: CallContext,
    arriving: {
      readonly row: FileRow;
      readonly order: MoveOrder;
      readonly projectId: string | null;
      readonly quota: Quota;
      readonly assertAllowed: AssertAllowed;
    },
  ): Promise<FileView> {
    const tenantId = requireTenant(context);
    const { row, order, projectId, quota, assertAllowed } = arriving;
    const target = locationOf(context, order.target);
    const actorId = context.actor.id;
    const held = await this.commits.claim(tx, tenantId, target, actorId, {
      ifMatch: order.ifMatch,
      ifNoneMatch: order.ifNoneMatch,
    });
    await assertAllowed(tx, {
      action: 'file.put',
      place: order.target,
      projectId: held.current === null ? projectId : held.current.project_id,
    });
    const arrival = { contentId: row.content_id, contentType: row.content_type, actorId, projectId };
    const added = await this.commits.add(tx, tenantId, target, held, arrival);
    const bytes = Number(row.size_bytes);
    const full = await this.counts.take(tx, tenantId, bytes, quota);
    if (full !== null) throw noRoom(full, bytes, quota);
    await this.counts.settle(tx, tenantId, { used: -added.freedBytes });
    return toFile(tenantId, added.row);
  }
}

function locationOf(context: CallContext, { tier, path }: FilePlace): Location {
  return { space: spaceOf(context, tier), path };
}

function nameOf({ tier, path }: FilePlace): string {
  return `${tier}/${path}`;
}

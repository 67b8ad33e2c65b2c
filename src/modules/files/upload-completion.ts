import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { Database } from '../../kernel/database/database';
import { newUlid } from '../../kernel/ids/ids';
import { Clock } from '../../kernel/time/clock';
import type { Conditions, Reauthorize, WrittenFile } from './contract/files.port';
import type { FilePlace } from './contract/files.types';
import { FileCommits } from './file-commits';
import { type FileAction, FileEvents } from './file-events';
import { type Location, toFile } from './storage/file.row';
import { QuotaRepository } from './storage/quota.repository';
import { UploadsRepository } from './storage/uploads.repository';
import { givenUp } from './quota-reservations';
import { type AssertAllowed, WriteAuthorization } from './write-authorization';

/** How long clients can query a resumable upload after it has become a file. */
const REMEMBERED_MS = 3_600_000;

/** An upload whose bytes are all in the storage. */
export interface Completed {
  readonly uploadId: string;
  readonly location: Location;
  readonly isResumable: boolean;
  readonly action: FileAction;
  readonly conditions: Conditions;
  readonly projectId: string | null | undefined;
  readonly reauthorize: Reauthorize;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly sha256: Buffer;
  /** The only object of a single-request upload, which has not been counted yet; `null` for resumable uploads. */
  readonly objectId: string | null;
}

/** The last step of every upload: turns it into a file atomically. */
@Injectable()
export class UploadCompletion {
  constructor(
    private readonly database: Database,
    private readonly uploads: UploadsRepository,
    private readonly counts: QuotaRepository,
    private readonly commits: FileCommits,
    private readonly events: FileEvents,
    private readonly authorization: WriteAuthorization,
    private readonly clock: Clock,
  ) {}

  /**
   * Completes an upload. Errors: `precondition_failed`; `conflict` if the upload was abandoned in the meantime; `unauthorized` if its
   * caller was suspended or revoked in the meantime; the errors of `reauthorize`.
   */
  complete(context: CallContext, upload: Completed): Promise<WrittenFile> {
    const { location, projectId = null, reauthorize } = upload;
    const act = { action: 'file.put', place: placeOf(location), projectId } as const;
    return this.authorization.run(context, reauthorize, [act], (assertAllowed) =>
      this.commit(context, upload, assertAllowed),
    );
  }

  private commit(context: CallContext, upload: Completed, assertAllowed: AssertAllowed): Promise<WrittenFile> {
    const tenantId = requireTenant(context);
    const { location, sizeBytes, contentType, projectId, action } = upload;
    const actorId = context.actor.id;
    const content = { id: newUlid(), sizeBytes, sha256: upload.sha256, nowMs: this.clock.nowMs() };
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const held = await this.commits.claim(tx, tenantId, location, actorId, upload.conditions);
      const place = placeOf(location);
      await assertAllowed(tx, {
        action: 'file.put',
        place,
        projectId: held.current === null ? (projectId ?? null) : held.current.project_id,
      });
      if (upload.objectId !== null) await this.uploads.measure(tx, tenantId, upload.objectId, sizeBytes);
      await this.uploads.toContent(tx, tenantId, upload.uploadId, content);
      const ended = upload.isResumable
        ? await this.uploads.finish(tx, tenantId, upload.uploadId, content.nowMs + REMEMBERED_MS)
        : await this.uploads.end(tx, tenantId, upload.uploadId);
      if (ended === null) throw givenUp();
      const arrival = { contentId: content.id, contentType, actorId, projectId };
      const { row, isNew, freedBytes } = await this.commits.add(tx, tenantId, location, held, arrival);
      await this.counts.settle(tx, tenantId, {
        used: sizeBytes - freedBytes,
        reserved: -ended.reservedBytes,
        uploads: -1,
      });
      await this.events.stage(tx, context, action, place, { version: row.version, size: sizeBytes });
      context.revalidate?.();
      return { file: toFile(tenantId, row), isNew };
    });
  }
}

function placeOf({ space: { tier }, path }: Location): FilePlace {
  return { tier, path };
}

import { Inject, Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { newId, newUlid } from '../../kernel/ids/ids';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import type { FileUpload, WrittenFile } from './contract/files.port';
import type { FilePlace } from './contract/files.types';
import { contentTypeOf } from './domain/content-type';
import { assertWritable } from './preconditions';
import { callerOf, spaceOf } from './domain/space';
import { FileProjects } from './file-projects';
import { UploadStream, whileAuthorized } from './upload-stream';
import { ObjectStorage } from './objects/object-storage';
import { type Location, validatorsOf } from './storage/file.row';
import { FilesRepository } from './storage/files.repository';
import { UploadsRepository } from './storage/uploads.repository';
import { UploadCompletion } from './upload-completion';
import { type Announced, QuotaReservations } from './quota-reservations';

/** Single-request uploads. The bytes go directly to the storage; an upload that ends early leaves the file unchanged. */
@Injectable()
export class DirectUploads {
  constructor(
    private readonly storage: ObjectStorage,
    private readonly files: FilesRepository,
    private readonly uploads: UploadsRepository,
    private readonly room: QuotaReservations,
    private readonly completion: UploadCompletion,
    private readonly projects: FileProjects,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async put(context: CallContext, { tier, path }: FilePlace, upload: FileUpload): Promise<WrittenFile> {
    const tenantId = requireTenant(context);
    const location = { space: spaceOf(context, tier), path };
    // The conditions are checked again after the upload. If one already fails now, there is no need to wait for the bytes.
    const current = await this.files.find(tenantId, location, null);
    assertWritable(upload.conditions, current && validatorsOf(current));
    await this.projects.assertFits(tenantId, upload.projectId, current);
    const key = { tenantId, id: newUlid() };
    const uploadId = newId('upl');
    const room = await this.room.begin(context, announced(context, uploadId, location, upload), {
      maxBytes: upload.maxBytes,
      also: (tx) => this.uploads.beginPart(tx, tenantId, uploadId, key.id, 0),
    });
    try {
      const intake = new UploadStream(room);
      await this.storage.put(key, intake.pipe(whileAuthorized(context, upload.bytes)));
      const sha256 = intake.digest();
      assertWhole(upload, intake.sizeBytes, sha256);
      return await this.completion.complete(context, {
        uploadId,
        location,
        isResumable: false,
        action: upload.action,
        conditions: upload.conditions,
        projectId: upload.projectId,
        reauthorize: upload.reauthorize,
        contentType: await contentTypeOf(intake.head, upload.contentType),
        sizeBytes: intake.sizeBytes,
        sha256,
        objectId: key.id,
      });
    } catch (error) {
      await this.undo(tenantId, uploadId, key.id);
      throw error;
    }
  }

  /** Cleans up as much as possible; the cleanup task does the rest. */
  private async undo(tenantId: string, uploadId: string, objectId: string): Promise<void> {
    try {
      await this.room.giveUp(tenantId, uploadId);
      await this.storage.delete({ tenantId, id: objectId });
      await this.uploads.forgetObject(tenantId, objectId);
    } catch (error) {
      this.logger.warn({ err: error, tenantId }, 'Failed to remove an upload; the cleanup task removes the rest');
    }
  }
}

function announced(context: CallContext, id: string, location: Location, upload: FileUpload): Announced {
  return {
    id,
    caller: callerOf(context),
    location,
    projectId: null,
    contentType: upload.contentType,
    metadata: null,
    ifMatch: null,
    ifNoneMatch: null,
    sizeBytes: upload.sizeBytes,
  };
}

function assertWhole(upload: FileUpload, sizeBytes: number, sha256: Buffer): void {
  if (upload.sizeBytes !== null && sizeBytes !== upload.sizeBytes) {
    throw new AppError('invalid_request', 'The body is shorter than its declared length.');
  }
  if (upload.sha256 !== null && !upload.sha256.equals(sha256)) {
    throw new AppError('invalid_request', 'The digest of the body differs from the declared one.');
  }
}

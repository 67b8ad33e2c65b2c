import { Injectable } from '@nestjs/common';
import { newUlid } from '../../kernel/ids/ids';
import { Clock } from '../../kernel/time/clock';
import { ContentReader } from './content-reader';
import type { FileContent, FileRequest } from './contract/files.port';
import type { Blob, BlobsPort, NewBlob } from './contract/blobs.port';
import { contentTypeOf } from './domain/content-type';
import { fileTag } from './domain/file-tag';
import { UploadStream } from './upload-stream';
import { noSuchFile } from './no-such-file';
import { ObjectStorage } from './objects/object-storage';
import { BlobsRepository } from './storage/blobs.repository';
import { wantedPart } from './wanted-part';

/** Keeps objects for other modules. An object whose write was interrupted is also kept, until its holder is deleted. */
@Injectable()
export class BlobsService implements BlobsPort {
  constructor(
    private readonly storage: ObjectStorage,
    private readonly reader: ContentReader,
    private readonly objects: BlobsRepository,
    private readonly clock: Clock,
  ) {}

  async put(tenantId: string, { holder, bytes, maxBytes, contentType }: NewBlob): Promise<Blob> {
    const id = newUlid();
    await this.objects.begin(tenantId, id, holder);
    try {
      const intake = new UploadStream({ maxBytes, admit: () => undefined });
      await this.storage.put({ tenantId, id }, intake.pipe(bytes));
      const kept = {
        id,
        sizeBytes: intake.sizeBytes,
        sha256: intake.digest(),
        contentType: await contentTypeOf(intake.head, contentType),
      };
      const row = { size_bytes: kept.sizeBytes, content_type: kept.contentType, sha256: kept.sha256 };
      if (!(await this.objects.finish(tenantId, id, row))) throw noSuchFile();
      return kept;
    } catch (error) {
      // If the release fails, the object is deleted with its holder.
      await this.objects.letGo(tenantId, id).catch(() => undefined);
      throw error;
    }
  }

  delete(tenantId: string, id: string): Promise<void> {
    return this.objects.letGo(tenantId, id);
  }

  async open(tenantId: string, id: string, name: string, request: Omit<FileRequest, 'version'>): Promise<FileContent> {
    const row = await this.objects.find(tenantId, id);
    if (row === null) throw noSuchFile();
    const { size_bytes: size, content_type: contentType, sha256, created_at: at } = row;
    const etag = fileTag(sha256, contentType);
    const checksum = sha256.toString('hex');
    const file = { key: name, size, contentType, checksum, etag, version: 1, updatedAt: at.toISOString() };
    const part = wantedPart({ etag, lastModifiedMs: at.getTime() }, size, request, this.clock.nowMs());
    const isRead = request.wantsBytes && part.kind !== 'not modified';
    const parts = size === 0 ? [] : [{ id, startsAt: 0, sizeBytes: size }];
    return { file, ...part, bytes: isRead ? await this.reader.open(tenantId, parts, part) : null };
  }
}

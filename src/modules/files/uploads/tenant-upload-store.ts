import { DataStore, Metadata, Upload } from '@tus/server';
import type { CallContext } from '../../../kernel/context/call-context';
import { noSuchUpload, type ResumableSteps } from './resumable-steps';

/** The uploads of one caller, for one request of the protocol. */
export class TenantUploadStore extends DataStore {
  constructor(
    private readonly steps: ResumableSteps,
    private readonly context: CallContext,
    private readonly conditions: { readonly ifMatch: string | null; readonly ifNoneMatch: string | null },
  ) {
    super();
    this.extensions = ['creation', 'creation-with-upload', 'creation-defer-length', 'termination', 'expiration'];
  }

  override async create(upload: Upload): Promise<Upload> {
    const metadata = Metadata.stringify(upload.metadata ?? {});
    const createdAt = await this.steps.create(this.context, {
      id: upload.id,
      metadata,
      sizeBytes: upload.size ?? null,
      ...this.conditions,
    });
    upload.creation_date = createdAt.toISOString();
    return upload;
  }

  override async getUpload(id: string): Promise<Upload> {
    const found = await this.steps.find(this.context, id);
    if (!found) throw noSuchUpload();
    return new Upload({
      id,
      offset: found.receivedBytes,
      metadata: Metadata.parse(found.metadata ?? ''),
      creation_date: found.createdAt.toISOString(),
      ...(found.sizeBytes === null ? {} : { size: found.sizeBytes }),
    });
  }

  override async write(stream: AsyncIterable<Buffer>, id: string, offset: number): Promise<number> {
    return this.steps.append(this.context, id, offset, stream);
  }

  override async declareUploadLength(id: string, sizeBytes: number): Promise<void> {
    await this.steps.declareSize(this.context, id, sizeBytes);
  }

  override async remove(id: string): Promise<void> {
    if (!(await this.steps.end(this.context, id))) throw noSuchUpload();
  }

  override getExpiration(): number {
    return this.steps.lifeMs;
  }
}

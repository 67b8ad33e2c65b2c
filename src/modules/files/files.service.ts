import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Page } from '../../kernel/lists/page';
import { ListCursors } from '../../kernel/lists/list-cursors';
import { Clock } from '../../kernel/time/clock';
import { ContentReader } from './content-reader';
import type {
  Conditions,
  FileContent,
  FileRequest,
  FilesPort,
  FileUpload,
  Reauthorize,
  WrittenFile,
} from './contract/files.port';
import type {
  CopyOrder,
  FilePage,
  FilePlace,
  FileQuery,
  FileVersion,
  FileView,
  MoveOrder,
  VersionQuery,
} from './contract/files.types';
import { DirectUploads } from './direct-uploads';
import { spaceOf } from './domain/space';
import { FileCopies } from './file-copies';
import { FileListing } from './file-listing';
import { noSuchFile } from './no-such-file';
import { type FileRow, type Location, toFile, toVersion, validatorsOf } from './storage/file.row';
import { FilesRepository } from './storage/files.repository';
import { wantedPart } from './wanted-part';

@Injectable()
export class FilesService implements FilesPort {
  constructor(
    private readonly files: FilesRepository,
    private readonly listing: FileListing,
    private readonly reader: ContentReader,
    private readonly uploads: DirectUploads,
    private readonly copies: FileCopies,
    private readonly clock: Clock,
  ) {}

  async list(context: CallContext, query: FileQuery): Promise<FilePage> {
    return this.listing.list(requireTenant(context), spaceOf(context, query.tier), query);
  }

  async open(context: CallContext, place: FilePlace, request: FileRequest): Promise<FileContent> {
    const tenantId = requireTenant(context);
    const row = await this.files.find(tenantId, locationOf(context, place), request.version);
    if (!row) throw noSuchFile();
    const file = toFile(tenantId, row);
    const { kind, start, end } = wantedPart(validatorsOf(row), file.size, request, this.clock.nowMs());
    const isRead = request.wantsBytes && kind !== 'not modified';
    return { file, kind, start, end, bytes: isRead ? await this.read(tenantId, row, start, end) : null };
  }

  put(context: CallContext, place: FilePlace, upload: FileUpload): Promise<WrittenFile> {
    return this.uploads.put(context, place, upload);
  }

  remove(
    context: CallContext,
    place: FilePlace,
    options: { readonly dropsVersions: boolean; readonly conditions: Conditions; readonly reauthorize: Reauthorize },
  ): Promise<void> {
    return this.copies.remove(context, place, options);
  }

  async versions(context: CallContext, query: VersionQuery): Promise<Page<FileVersion>> {
    const tenantId = requireTenant(context);
    const location = locationOf(context, query);
    const { space, path } = location;
    const cursors = new ListCursors('file versions', tenantId, { tier: space.tier, owner: space.owner, path });
    const before = cursors.afterNumber(query.cursor);
    const rows = await this.files.versions(tenantId, location, before, query.limit + 1);
    if (rows.length === 0 && before === null) throw noSuchFile();
    return cursors.page(rows.map(toVersion), query.limit, ({ version }) => version);
  }

  copy(context: CallContext, order: CopyOrder, reauthorize: Reauthorize): Promise<FileView> {
    return this.copies.copy(context, order, reauthorize);
  }

  move(context: CallContext, order: MoveOrder, reauthorize: Reauthorize): Promise<FileView> {
    return this.copies.move(context, order, reauthorize);
  }

  private async read(tenantId: string, row: FileRow, start: number, end: number): Promise<AsyncIterable<Buffer>> {
    const parts = end < start ? [] : await this.files.partsOf(tenantId, row.content_id);
    return this.reader.open(tenantId, parts, { start, end });
  }
}

function locationOf(context: CallContext, { tier, path }: FilePlace): Location {
  return { space: spaceOf(context, tier), path };
}

import { Injectable } from '@nestjs/common';
import { ListCursors } from '../../kernel/lists/list-cursors';
import type { FilePage, FileQuery } from './contract/files.types';
import type { Space } from './domain/space';
import { toFile } from './storage/file.row';
import { FileListRepository } from './storage/file-list.repository';

/** Pages of files. Each page starts where the previous page ended, regardless of writes in between. */
@Injectable()
export class FileListing {
  constructor(private readonly repository: FileListRepository) {}

  async list(tenantId: string, space: Space, query: FileQuery): Promise<FilePage> {
    const { prefix, delimiter, projectId, limit } = query;
    const { tier, owner } = space;
    const cursors = new ListCursors('files', tenantId, { tier, owner, prefix, delimiter, projectId });
    const entries = await this.repository.list(tenantId, {
      space,
      prefix,
      hasDelimiter: delimiter !== undefined,
      projectId: projectId ?? null,
      from: cursors.after(query.cursor),
      limit: limit + 1,
    });
    const page = entries.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.flatMap(({ row }) => (row === null ? [] : [toFile(tenantId, row)])),
      prefixes: page.flatMap(({ folder }) => folder ?? []),
      nextCursor: entries.length > limit && last !== undefined ? cursors.cursor(last.next) : null,
    };
  }
}

import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AppError } from '../../kernel/errors/app-error';
import type { FilePage, FileQuery } from './contract/files.types';
import type { Space } from './domain/space';
import { toFile } from './storage/file.row';
import { FileListRepository } from './storage/file-list.repository';

/** Where a list goes on, and of which list it is. */
const cursorText = z.strictObject({
  v: z.literal(1),
  list: z.string(),
  from: z
    .string()
    .max(2_048)
    .regex(/^[^\0]*$/),
});

/** Pages of files; each next page begins where the one before has ended, whatever was written meanwhile. */
@Injectable()
export class FileListing {
  constructor(private readonly repository: FileListRepository) {}

  async list(tenantId: string, space: Space, query: FileQuery): Promise<FilePage> {
    const { prefix, delimiter, projectId, limit } = query;
    const list = nameOf(space, query);
    const entries = await this.repository.list(tenantId, {
      space,
      prefix,
      hasDelimiter: delimiter !== undefined,
      projectId: projectId ?? null,
      from: fromOf(query.cursor, list),
      limit: limit + 1,
    });
    const page = entries.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.flatMap(({ row }) => (row === null ? [] : [toFile(tenantId, row)])),
      prefixes: page.flatMap(({ folder }) => folder ?? []),
      nextCursor: entries.length > limit && last !== undefined ? cursorOf(last.next, list) : null,
    };
  }
}

/** A list by its questions: a cursor of another one would skip or repeat. */
function nameOf({ tier, owner }: Space, { prefix, delimiter, projectId }: FileQuery): string {
  return hash('sha256', JSON.stringify([tier, owner, prefix, delimiter ?? '', projectId ?? '']), 'base64url').slice(
    0,
    16,
  );
}

function cursorOf(from: string, list: string): string {
  return Buffer.from(JSON.stringify({ v: 1, list, from })).toString('base64url');
}

function fromOf(cursor: string | undefined, list: string): string | null {
  if (cursor === undefined) return null;
  try {
    const found = cursorText.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    if (found.list === list) return found.from;
  } catch {
    // What is none is refused like one of another list.
  }
  throw new AppError('invalid_request', 'The cursor is not one that this list gave out.', {
    fields: [{ pointer: '/cursor', code: 'invalid_cursor', message: 'Use nextCursor of the answer before.' }],
  });
}

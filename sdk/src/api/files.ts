import type {
  File,
  FileCopy,
  FileMove,
  FilePage,
  GetFileQuery,
  ListFilesQuery,
  FileVersion,
  NewSignedUrl,
  SignedUrl,
} from '../generated/schemas.js';
import type { CallOptions, ChangeOptions, Content, WriteOptions } from '../http/http.js';
import type { Pages } from '../http/pages.js';
import { segments } from '../http/path.js';
import { Api } from './api.js';

/**
 * `private`: of this app with its own token, of this user in this app with a user's; `user`: of the signed-in user in all apps;
 * `shared`: of the tenant.
 */
export type Tier = File['tier'];

export interface WriteFileOptions extends ChangeOptions {
  /** Of the bytes, where they do not tell it themselves. */
  readonly contentType?: string | undefined;
  /** `*`: there must be no such file yet. */
  readonly ifNoneMatch?: '*' | undefined;
  /** SHA-256 of the content in base64, which the backend compares. */
  readonly sha256?: string | undefined;
  /** The project that it belongs to from now on. */
  readonly projectId?: string | undefined;
}

export interface ReadFileOptions extends CallOptions, Pick<GetFileQuery, 'version'> {
  /** First and last byte, from 0 on; without the last to the end. */
  readonly range?: readonly [first: number, last?: number] | undefined;
}

/** A file as it comes. Read it once, by one of `bytes`, `text` and `stream`. */
export interface FileContent {
  readonly contentType: string;
  readonly etag: string;
  /** Of what comes, in bytes. */
  readonly size: number;
  readonly version: number;
  readonly stream: ReadableStream<Uint8Array>;
  readonly bytes: () => Promise<Uint8Array<ArrayBuffer>>;
  readonly text: () => Promise<string>;
}

/** Files in three tiers. Needs `files.read` and `files.write`. */
export class FilesApi extends Api {
  list(query?: ListFilesQuery, options?: CallOptions): Pages<File, FilePage> {
    return this.listOf<File, FilePage>('/v1/files', query, options);
  }

  /** Makes a file, or its next version. A stream as content is sent once; everything else again where that is safe. */
  write(tier: Tier, path: string, content: Content, options: WriteFileOptions = {}): Promise<File> {
    const { contentType = 'application/octet-stream', ifMatch, ifNoneMatch, sha256, projectId, ...rest } = options;
    const headers = {
      'content-type': contentType,
      'if-match': ifMatch,
      'if-none-match': ifNoneMatch,
      'repr-digest': sha256 === undefined ? undefined : `sha-256=:${sha256}:`,
    };
    const repeat = ifMatch === undefined && ifNoneMatch === undefined ? 'always' : 'never';
    const order = { method: 'PUT', path: placeOf(tier, path), query: { projectId }, content, headers, repeat } as const;
    return this.http.json(order, rest);
  }

  async read(tier: Tier, path: string, options: ReadFileOptions = {}): Promise<FileContent> {
    const { version, range, ...rest } = options;
    const headers = {
      accept: '*/*',
      range: range === undefined ? undefined : `bytes=${range[0]}-${range[1] ?? ''}`,
    };
    const order = { method: 'GET', path: placeOf(tier, path), query: { version }, headers, repeat: 'always' } as const;
    const response = await this.http.stream(order, rest);
    const { headers: told } = response;
    return {
      contentType: told.get('content-type') ?? 'application/octet-stream',
      etag: told.get('etag') ?? '',
      size: Number(told.get('content-length') ?? 0),
      version: Number(told.get('x-file-version') ?? 0),
      stream: response.body ?? new ReadableStream({ start: (controller) => controller.close() }),
      bytes: async () => new Uint8Array(await response.arrayBuffer()),
      text: () => response.text(),
    };
  }

  /** @param versions `drop` takes the earlier versions along. */
  delete(
    tier: Tier,
    path: string,
    options: ChangeOptions & { readonly versions?: 'keep' | 'drop' } = {},
  ): Promise<void> {
    const { versions, ...rest } = options;
    return this.remove(placeOf(tier, path), rest, { versions });
  }

  copy(order: FileCopy, options?: WriteOptions): Promise<File> {
    return this.make('/v1/files/copy', order, options);
  }

  move(order: FileMove, options?: WriteOptions): Promise<File> {
    return this.make('/v1/files/move', order, options);
  }

  /** A URL by which whoever has it gets or puts the file, for a day at most. */
  sign(order: NewSignedUrl, options?: WriteOptions): Promise<SignedUrl> {
    return this.make('/v1/files/signed-urls', order, options);
  }

  /** Newest first. */
  versions(tier: Tier, path: string, options?: CallOptions): Pages<FileVersion> {
    return this.listOf('/v1/files/versions', { tier, path }, options);
  }
}

function placeOf(tier: Tier, path: string): string {
  return `/v1/files/${segments(tier)}/${segments(path)}`;
}

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
 * The scope of a file. `private`: the app, or one user in this app if the token belongs to a user. `user`: the signed-in user, in all apps.
 * `shared`: the tenant.
 */
export type Tier = File['tier'];

export interface WriteFileOptions extends ChangeOptions {
  /** The media type, if the content does not specify one. */
  readonly contentType?: string | undefined;
  /** `*`: the file must not exist yet. */
  readonly ifNoneMatch?: '*' | undefined;
  /** The SHA-256 hash of the content in base64, which the backend verifies. */
  readonly sha256?: string | undefined;
  /** The project to assign the file to. */
  readonly projectId?: string | undefined;
}

export interface ReadFileOptions extends CallOptions, Pick<GetFileQuery, 'version'> {
  /** The first and last byte, counted from 0. Without a last byte, the range extends to the end. */
  readonly range?: readonly [first: number, last?: number] | undefined;
}

/** The content of a file. Read it once, with `bytes`, `text` or `stream`. */
export interface FileContent {
  readonly contentType: string;
  readonly etag: string;
  /** The size of the returned content, in bytes. */
  readonly size: number;
  readonly version: number;
  readonly stream: ReadableStream<Uint8Array>;
  readonly bytes: () => Promise<Uint8Array<ArrayBuffer>>;
  readonly text: () => Promise<string>;
}

/** Files in three tiers. Needs the scopes `files.read` and `files.write`. */
export class FilesApi extends Api {
  list(query?: ListFilesQuery, options?: CallOptions): Pages<File, FilePage> {
    return this.listOf<File, FilePage>('/v1/files', query, options);
  }

  /** Creates a file, or its next version. A stream is sent once; other content is retried where that is safe. */
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

  /** @param versions `drop` also deletes the earlier versions. */
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

  /** Creates a URL that lets anyone download or upload the file, for at most one day. */
  sign(order: NewSignedUrl, options?: WriteOptions): Promise<SignedUrl> {
    return this.make('/v1/files/signed-urls', order, options);
  }

  /** Lists the versions of a file, newest first. */
  versions(tier: Tier, path: string, options?: CallOptions): Pages<FileVersion> {
    return this.listOf('/v1/files/versions', { tier, path }, options);
  }
}

function placeOf(tier: Tier, path: string): string {
  return `/v1/files/${segments(tier)}/${segments(path)}`;
}

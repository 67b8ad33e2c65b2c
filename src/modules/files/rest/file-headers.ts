import type { IncomingMessage } from 'node:http';
import type { Conditions, FileContent } from '../contract/files.port';
import type { FileView } from '../contract/files.types';

/** Prevents an uploaded file of any kind from being active in a browser: no script, plug-in, request or form, and a separate origin. */
const SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

/** Returns the conditional headers of a request; several `If-Match` headers are one list (RFC 9110 §5.2). */
export function conditionsOf({ headers }: IncomingMessage): Conditions {
  const ifRange: unknown = headers['if-range'];
  return {
    ifMatch: headers['if-match'],
    ifNoneMatch: headers['if-none-match'],
    ifModifiedSince: headers['if-modified-since'],
    ifUnmodifiedSince: headers['if-unmodified-since'],
    ifRange: typeof ifRange === 'string' ? ifRange : undefined,
  };
}

/** Returns the `Range` header of a GET; for other methods, it has no meaning (RFC 9110 §14.2). */
export function wantedRange({ method, headers }: IncomingMessage): string | undefined {
  return method === 'GET' ? headers.range : undefined;
}

/** Returns the headers of a file response: complete, partial, or not modified. */
export function contentHeaders(
  { file, kind, start, end }: FileContent,
  downloadName: string | null,
): Readonly<Record<string, string>> {
  const always = {
    ETag: file.etag,
    'Last-Modified': new Date(file.updatedAt).toUTCString(),
    // Permissions can change at any time, so caches must revalidate.
    'Cache-Control': 'private, no-cache',
    'Accept-Ranges': 'bytes',
  };
  if (kind === 'not modified') return always;
  return {
    ...always,
    'Content-Type': file.contentType,
    'Content-Length': String(end - start + 1),
    'Content-Disposition': dispositionOf(file.contentType, file.key, downloadName),
    'Content-Security-Policy': SANDBOX,
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Repr-Digest': reprDigestOf(file),
    'X-File-Version': String(file.version),
    ...(kind === 'part' ? { 'Content-Range': `bytes ${start}-${end}/${file.size}` } : {}),
  };
}

/** Returns `Repr-Digest` (RFC 9530 §3), which covers the complete file even in a partial response. */
function reprDigestOf({ checksum }: Pick<FileView, 'checksum'>): string {
  return `sha-256=:${Buffer.from(checksum, 'hex').toString('base64')}:`;
}

/**
 * Returns the SHA-256 that a request declares for its body in `Repr-Digest` or `Content-Digest` (RFC 9530); `null` without these headers.
 */
export function sentDigest({ headers }: IncomingMessage): Buffer | null {
  for (const field of [headers['repr-digest'], headers['content-digest']]) {
    const [, base64] = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(typeof field === 'string' ? field : '') ?? [];
    if (base64 !== undefined) return Buffer.from(base64, 'base64');
  }
  return null;
}

/** Returns `Content-Length` as a number; `null` if it is absent. */
export function announcedSize({ headers }: IncomingMessage): number | null {
  const { 'content-length': length } = headers;
  if (headers['transfer-encoding'] !== undefined) return null;
  return length === undefined ? 0 : Number(length);
}

/** Types that a browser can display inline, because they can neither run scripts nor load resources. */
const SHOWN = /^(image\/(png|jpeg|gif|webp|avif|bmp)|audio\/[\w.+-]+|video\/(mp4|webm|ogg)|text\/plain)$/;

/**
 * Returns true if a browser can display the type inline. It must save all other types (HTML, SVG, XML, PDF, scripts, unknown types) as
 * files.
 */
function isShown(contentType: string): boolean {
  return SHOWN.test((contentType.split(';')[0] ?? '').trim().toLowerCase());
}

/**
 * Returns `Content-Disposition` (RFC 6266) with the last name of the path, in ASCII and, if that loses characters, in RFC 8187 encoding as
 * well.
 * @param name the name for saving; `null` for the last name of the path.
 */
function dispositionOf(contentType: string, path: string, name: string | null): string {
  const fileName = name ?? path.slice(path.lastIndexOf('/') + 1);
  const ascii = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const extended = ascii === fileName ? '' : `; filename*=UTF-8''${encodeRfc8187(fileName)}`;
  return `${name === null && isShown(contentType) ? 'inline' : 'attachment'}; filename="${ascii}"${extended}`;
}

function encodeRfc8187(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

import { createHash } from 'node:crypto';

/** The validators that conditional requests compare. */
export interface Validators {
  readonly etag: string;
  /** Unix milliseconds. */
  readonly lastModifiedMs: number;
}

/**
 * Returns the strong entity tag of a version: the SHA-256 of the bytes' digest and the media type, because a strong tag identifies both
 * (RFC 9110 §8.8.1). Equal files at different paths have equal tags.
 */
export function fileTag(sha256: Buffer, contentType: string): string {
  return `"${createHash('sha256').update(sha256).update(contentType).digest('base64url')}"`;
}

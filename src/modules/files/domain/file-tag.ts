import { createHash } from 'node:crypto';

/** The values that conditions are compared with. */
export interface Validators {
  readonly etag: string;
  /** Unix milliseconds. */
  readonly lastModifiedMs: number;
}

/**
 * Returns the strong entity tag of a version: SHA-256 over the digest of its bytes and its media type, since a strong tag stands for both
 * (RFC 9110 §8.8.1). Equal files in two places have equal tags.
 */
export function fileTag(sha256: Buffer, contentType: string): string {
  return `"${createHash('sha256').update(sha256).update(contentType).digest('base64url')}"`;
}

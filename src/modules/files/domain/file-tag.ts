import { createHash } from 'node:crypto';

/** What conditions are held against. */
export interface Validators {
  readonly etag: string;
  /** Unix milliseconds. */
  readonly lastModifiedMs: number;
}

/**
 * The strong entity tag of a version: SHA-256 over the digest of its bytes and its media type, since a strong tag stands for
 * both (RFC 9110 §8.8.1). The same file in two places has the same.
 */
export function fileTag(sha256: Buffer, contentType: string): string {
  return `"${createHash('sha256').update(sha256).update(contentType).digest('base64url')}"`;
}

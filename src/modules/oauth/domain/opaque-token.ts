import { randomBytes, timingSafeEqual } from 'node:crypto';
import { newOpaqueToken, type OpaqueToken, opaqueTokenHash, sha256 } from '../../../kernel/ids/opaque-token';

const CODE_PREFIX = 'ac_';
const REFRESH_TOKEN = /^rt_[\w-]{68}$/;
/** The length of each part of a refresh token is a multiple of 3 bytes, so that the parts can be split in their base64url form. */
const FAMILY_BYTES = 18;
const OWN_BYTES = 33;
/** Length of `rt_` and the family's part. */
const FAMILY_CHARS = 3 + 24;

/** Returns a new authorization code: `ac_` and 256 random bits. */
export function newCode(): OpaqueToken {
  return newOpaqueToken(CODE_PREFIX);
}

/** Returns the hash by which a code is found; `null` if the string is not a code. */
export function codeHash(code: string): Buffer | null {
  return opaqueTokenHash(code, CODE_PREFIX);
}

/** The stored hashes of a refresh token. */
export interface RefreshTokenHashes {
  /** Hash of the part that all tokens of the family share. Used to find the family. */
  readonly handle: Buffer;
  /** Hash of the whole token. */
  readonly hash: Buffer;
}

export interface NewRefreshToken extends RefreshTokenHashes {
  readonly token: string;
}

/**
 * Returns the first refresh token of a new family: `rt_`, 144 random bits that identify the family, and 264 random bits for the token
 * itself.
 */
export function newRefreshToken(): NewRefreshToken {
  return withHashes(`rt_${randomBytes(FAMILY_BYTES).toString('base64url')}${ownPart()}`);
}

/** Returns the next token in the family of `token`. @param handle the handle of that family. */
export function nextRefreshToken(token: string, handle: Buffer): NewRefreshToken {
  const next = token.slice(0, FAMILY_CHARS) + ownPart();
  return { token: next, handle, hash: sha256(next) };
}

/**
 * Returns the hashes of a refresh token; `null` for any other string. A token identifies its family, so that an old token can be
 * distinguished from an invented one without a row for each token: only holders of a token from the family know the family's part.
 */
export function refreshTokenHashes(token: string): RefreshTokenHashes | null {
  return REFRESH_TOKEN.test(token) ? withHashes(token) : null;
}

/** Returns whether two hashes are the same, in constant time. */
export function sameHash(a: Buffer, b: Buffer | null): boolean {
  return b !== null && a.length === b.length && timingSafeEqual(a, b);
}

function ownPart(): string {
  return randomBytes(OWN_BYTES).toString('base64url');
}

function withHashes(token: string): NewRefreshToken {
  return { token, handle: sha256(token.slice(0, FAMILY_CHARS)), hash: sha256(token) };
}

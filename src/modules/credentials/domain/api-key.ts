import { createHmac, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The prefix of every API key, by which people and secret scanners recognize keys (rest.md §1). */
const API_KEY_PREFIX = 'cpod_';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 71 random bits that identify a key. They are shown in lists and are not secret. */
const HANDLE_CHARS = 12;
/** 256 bits. */
const SECRET_CHARS = 43;
/** CRC-32 in base 62. */
const CHECKSUM_CHARS = 6;
const PARTS = new RegExp(
  `^(${API_KEY_PREFIX}[0-9A-Za-z]{${HANDLE_CHARS}})[0-9A-Za-z]{${SECRET_CHARS + CHECKSUM_CHARS}}$`,
);
/** The largest multiple of 62 that fits in a byte; higher values would make some characters more likely. */
const UNBIASED = 248;

/** A new API key, which is shown only once and stored only as a keyed hash. */
export interface NewApiKey {
  readonly key: string;
  /** The beginning of the key: the prefix and 12 characters. */
  readonly handle: string;
}

/**
 * Creates a key: `cpod_`, a lookup handle of 12 characters, a secret of 43 characters, and a checksum of 6 characters, all letters and
 * digits.
 */
export function newApiKey(): NewApiKey {
  const handle = API_KEY_PREFIX + randomChars(HANDLE_CHARS);
  const body = handle + randomChars(SECRET_CHARS);
  return { key: body + checksum(body), handle };
}

/** Returns true if a string has the prefix of an API key. The key may still be mistyped, or may not belong to this installation. */
export function claimsToBeApiKey(text: string): boolean {
  return text.startsWith(API_KEY_PREFIX);
}

/**
 * Returns the handle of a key, which is used to look up the key, or `null` if the checksum shows, without a lookup, that the key is
 * mistyped, cut off or made up.
 */
export function handleOfApiKey(key: string): string | null {
  const handle = PARTS.exec(key)?.[1];
  if (handle === undefined) return null;
  return key.slice(-CHECKSUM_CHARS) === checksum(key.slice(0, -CHECKSUM_CHARS)) ? handle : null;
}

/** Returns the stored form of a key: an HMAC-SHA-256, so that a stolen table does not even reveal whether a guess is correct. */
export function hashOfApiKey(secret: KeyObject, key: string): Buffer {
  return createHmac('sha256', secret).update(key).digest();
}

/** Returns true if a key matches a hash. Takes constant time, so that a partial match is not revealed. */
export function isApiKeyOf(secret: KeyObject, hash: Buffer, key: string): boolean {
  const presented = hashOfApiKey(secret, key);
  return hash.length === presented.length && timingSafeEqual(hash, presented);
}

function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let i = 0; i < CHECKSUM_CHARS; i++) {
    text = ALPHABET.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

function randomChars(count: number): string {
  let text = '';
  while (text.length < count) {
    for (const byte of randomBytes(count)) {
      if (byte < UNBIASED && text.length < count) text += ALPHABET.charAt(byte % 62);
    }
  }
  return text;
}

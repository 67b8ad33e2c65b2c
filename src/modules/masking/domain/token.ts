import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { aessiv } from '@noble/ciphers/aes.js';
import { type KeyRing, keysOfGeneration, type MaskingKeys } from './masking-keys';

/** The maximum length, in UTF-8 bytes, of a value in a token or an encrypted value, because a replacement within text must stay short. */
export const MAX_TOKEN_VALUE_BYTES = 8 * 1024;

const TOKEN = 'tok_';
const ENCRYPTED = 'enc_';
const WELL_FORMED = /^(tok_|enc_)([A-Za-z0-9_-]{24,})$/;
const IV_BYTES = 12;
/** The length of the AES-GCM tag, and of the synthetic IV in AES-SIV. */
const TAG_BYTES = 16;

/**
 * Returns the token of a value: the generation of the key, then the value encrypted with AES-SIV (RFC 5297). The value is not stored,
 * because the token and the tenant's key yield the value. Therefore, a token works as long as the key exists, and a database dump contains
 * no values.
 */
export function tokenOf(keys: MaskingKeys, value: string): string {
  const sealed = sivOf(keys).encrypt(Buffer.from(value));
  return TOKEN + Buffer.concat([generationBytes(keys), sealed]).toString('base64url');
}

/** Encrypts a value with AES-256-GCM and a random IV, so the result is different each time. */
export function encryptedOf(keys: MaskingKeys, value: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keys.encrypt, iv).setAAD(Buffer.from(keys.tenantId));
  const ciphertext = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return ENCRYPTED + Buffer.concat([generationBytes(keys), iv, cipher.getAuthTag(), ciphertext]).toString('base64url');
}

/** Returns the key generation of a token or an encrypted value, or `null` for any other text. */
export function generationOf(token: string): number | null {
  return bytesOf(token)?.readUInt16BE(0) ?? null;
}

/**
 * Returns the value in a token or an encrypted value. Returns `null` if the text belongs to a different tenant, was modified, or is not
 * such a value.
 */
export function openToken(ring: KeyRing, token: string): string | null {
  const bytes = bytesOf(token);
  const keys = bytes && keysOfGeneration(ring, bytes.readUInt16BE(0));
  if (!keys) return null;
  const sealed = bytes.subarray(2);
  const plaintext = token.startsWith(TOKEN) ? openSiv(keys, sealed) : decrypt(keys, sealed);
  return plaintext && plaintext.toString('utf8');
}

/** The tenant is additional authenticated data: the token does not contain the tenant, but opens only for it. */
const sivOf = (keys: MaskingKeys) => aessiv(keys.token, Buffer.from(keys.tenantId));

function openSiv(keys: MaskingKeys, sealed: Buffer): Buffer | null {
  if (sealed.length < TAG_BYTES) return null;
  try {
    return Buffer.from(sivOf(keys).decrypt(sealed));
  } catch {
    // The synthetic IV does not match: a different key, tenant or text.
    return null;
  }
}

function decrypt(keys: MaskingKeys, sealed: Buffer): Buffer | null {
  if (sealed.length < IV_BYTES + TAG_BYTES) return null;
  const tag = sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', keys.encrypt, sealed.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(keys.tenantId)).setAuthTag(tag);
  const start = decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([start, decipher.final()]);
  } catch {
    // The tag does not match: a different key, tenant or text.
    return null;
  }
}

/** Returns the bytes after the prefix; `null` for a non-canonical encoding, so that a value has only one token. */
function bytesOf(token: string): Buffer | null {
  const encoded = WELL_FORMED.exec(token)?.[2];
  if (encoded === undefined) return null;
  const bytes = Buffer.from(encoded, 'base64url');
  return bytes.toString('base64url') === encoded ? bytes : null;
}

function generationBytes({ generation }: MaskingKeys): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(generation);
  return bytes;
}

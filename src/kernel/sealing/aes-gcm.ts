import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Bytes that encryption adds to a value. */
const OVERHEAD_BYTES = IV_BYTES + TAG_BYTES;

/**
 * Encrypts with AES-256-GCM (NIST SP 800-38D) and a random IV. The result consists of the IV, the tag and the ciphertext.
 * @param additionalData the owner of the value. The result does not contain it, and decryption needs the same data.
 */
export function encrypt(key: Buffer | KeyObject, plaintext: Uint8Array, additionalData: Uint8Array): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(additionalData);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), ciphertext]);
}

/** Returns the plaintext of a value from {@link encrypt}. Throws if the key, the value or the additional data differs. */
export function decrypt(key: Buffer | KeyObject, sealed: Buffer, additionalData: Uint8Array): Buffer {
  if (sealed.length < OVERHEAD_BYTES) throw new Error('Not a sealed value.');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(additionalData).setAuthTag(sealed.subarray(IV_BYTES, OVERHEAD_BYTES));
  const plaintext = decipher.update(sealed.subarray(OVERHEAD_BYTES));
  // Checks the tag and throws on a mismatch. In this mode, it does not return any bytes.
  decipher.final();
  return plaintext;
}

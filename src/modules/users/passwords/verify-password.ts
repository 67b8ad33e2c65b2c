import { pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { verify as verifyArgon2 } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';
import type { PasswordHash, Pbkdf2Hash, ScryptHash } from '../domain/password-hash';

const derivePbkdf2 = promisify(pbkdf2);

/**
 * Returns whether a password matches a parsed hash. The system that made the hash decides which bytes are hashed, so the password is not
 * normalized, except for Argon2.
 * @param text the same hash, for the libraries that parse it themselves.
 */
export async function verifyPassword(hash: PasswordHash, text: string, password: string): Promise<boolean> {
  switch (hash.algorithm) {
    case 'bcrypt':
      return matchesBcrypt(text, password);
    case 'pbkdf2':
      return timingSafeEqual(await pbkdf2Key(hash, password), hash.key);
    case 'scrypt':
      return timingSafeEqual(await scryptKey(hash, password), hash.key);
    case 'argon2id':
    case 'argon2i':
    case 'argon2d':
      return matchesArgon2(text, password);
  }
}

/**
 * Compares the first 72 bytes of a password, as every bcrypt does. A password with a NUL never matches: bcrypt repeats the password and its
 * final NUL to fill 72 bytes, so `ab\0ab` has the hash of `ab`, and some libraries stop at the first NUL.
 */
async function matchesBcrypt(text: string, password: string): Promise<boolean> {
  const matched = await verifyBcrypt(password, text);
  return matched && !password.includes('\0');
}

/** Returns the form of a password that the platform hashes. NIST SP 800-63B §3.1.1.2: normalizes characters that keyboards encode differently. */
export function normalizedPassword(password: string): string {
  return password.normalize('NFKC');
}

/**
 * Compares both forms of a password, because a hash does not tell whether the platform made it from the normalized form, or another system
 * made it from the password as typed. The number of comparisons depends only on the password.
 */
async function matchesArgon2(text: string, password: string): Promise<boolean> {
  let matched = false;
  for (const form of new Set([normalizedPassword(password), password])) {
    if (await verifyArgon2(text, form)) matched = true;
  }
  return matched;
}

function pbkdf2Key({ salt, iterations, key, digest }: Pbkdf2Hash, password: string): Promise<Buffer> {
  return derivePbkdf2(password, salt, iterations, key.length, digest);
}

function scryptKey({ salt, logCost, blockSize, lanes, key }: ScryptHash, password: string): Promise<Buffer> {
  const cost = 2 ** logCost;
  // OpenSSL counts the blocks of all lanes and its working space, too.
  const options = { cost, blockSize, parallelization: lanes, maxmem: 128 * blockSize * (cost + lanes + 4) };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, key.length, options, (error, derived) => {
      if (error) reject(error);
      else resolve(derived);
    });
  });
}

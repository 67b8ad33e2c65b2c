import type { Buffer } from 'buffer';
import { createHash, createHmac, timingSafeEqual, type Hash, type Hmac } from 'node:crypto';
import type { Budget } from '../evaluate/budget.js';
import { bytesOfString } from '../values/bytes.js';
import type { Builtin } from './builtin.js';

/** The length of a chunk to hash, in UTF-16 units. The deadline is checked between chunks, about once per millisecond. */
const CHUNK_LENGTH = 256 * 1024;
const CHARACTERS_PER_STEP = 64;
const DIGEST_BYTES = 256;
/** The fixed cost of a digest, regardless of the input. */
const STEPS_PER_DIGEST = 8;
/** The block size of SHA-512, the largest of these digests. Node processes keys of up to this many characters. */
const MAX_BLOCK_BYTES = 128;

type DigestName = 'md5' | 'sha1' | 'sha256' | 'sha512';

/** `crypto.*` without certificates: digests and message authentication codes of a string's bytes, in lowercase hex. */
export const CRYPTO_BUILTINS: readonly Builtin[] = [
  digest('md5'),
  digest('sha1'),
  digest('sha256'),
  messageCode('md5'),
  messageCode('sha1'),
  messageCode('sha256'),
  messageCode('sha512'),
  {
    name: 'crypto.hmac.equal',
    args: [['string'], ['string']],
    result: ['boolean'],
    call: (args, { budget }) => equalCodes(...(args as readonly [string, string]), budget),
  },
];

function digest(name: DigestName): Builtin {
  return {
    name: `crypto.${name}`,
    args: [['string']],
    result: ['string'],
    call: ([text], { budget }) => hexOf(createHash(name), text as string, budget),
  };
}

/** Declares a message authentication code. The first argument is the message, and the second is the key. */
function messageCode(name: DigestName): Builtin {
  return {
    name: `crypto.hmac.${name}`,
    args: [['string'], ['string']],
    result: ['string'],
    call: (args, { budget }) => {
      const [message, key] = args as readonly [string, string];
      return hexOf(createHmac(name, keyBytes(name, key, budget)), message, budget);
    },
  };
}

/**
 * Returns the key bytes. A key longer than a block is replaced by its digest (RFC 2104, section 2), computed here so that
 * it can be interrupted.
 */
function keyBytes(name: DigestName, key: string, budget: Budget): Buffer {
  budget.step(STEPS_PER_DIGEST);
  return key.length <= MAX_BLOCK_BYTES ? bytesOfString(key) : digestOf(createHash(name), key, budget).digest();
}

function hexOf(hash: Hash | Hmac, text: string, budget: Budget): string {
  return digestOf(hash, text, budget).digest('hex');
}

function digestOf<T extends Hash | Hmac>(hash: T, text: string, budget: Budget): T {
  budget.step(STEPS_PER_DIGEST);
  budget.allocate(DIGEST_BYTES);
  let start = 0;
  while (start < text.length) {
    const end = endOfChunk(text, start);
    budget.step(1 + Math.ceil((end - start) / CHARACTERS_PER_STEP));
    hash.update(bytesOfString(text.slice(start, end)));
    start = end;
  }
  return hash;
}

/**
 * Returns the end of a chunk. It never splits a surrogate pair, because both halves would be hashed as replacement
 * characters.
 */
function endOfChunk(text: string, start: number): number {
  const end = Math.min(start + CHUNK_LENGTH, text.length);
  const last = text.charCodeAt(end - 1);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return isHighSurrogate && end < text.length ? end + 1 : end;
}

/** Compares codes of the same length in constant time, so that the time does not reveal how many characters are correct. */
function equalCodes(left: string, right: string, budget: Budget): boolean {
  budget.step(1 + Math.ceil((left.length + right.length) / CHARACTERS_PER_STEP));
  budget.allocate((left.length + right.length) * 3);
  const [a, b] = [bytesOfString(left), bytesOfString(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

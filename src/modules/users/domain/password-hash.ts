import { HASH_LIMITS } from './hash-limits';
import { codeFault, type Fault, faultOf, numbersOf, phcBytes, within } from './phc-string';

/** A salt and the key that was derived with it. */
interface Derived {
  readonly salt: Uint8Array;
  readonly key: Uint8Array;
}

interface BcryptHash {
  readonly algorithm: 'bcrypt';
  readonly cost: number;
}

interface Argon2Hash {
  readonly algorithm: 'argon2id' | 'argon2i' | 'argon2d';
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

export interface Pbkdf2Hash extends Derived {
  readonly algorithm: 'pbkdf2';
  readonly digest: 'sha1' | 'sha256' | 'sha512';
  readonly iterations: number;
}

export interface ScryptHash extends Derived {
  readonly algorithm: 'scrypt';
  /** The base-2 logarithm of N, RFC 7914 §2. */
  readonly logCost: number;
  readonly blockSize: number;
  readonly lanes: number;
}

/** The parameters of a password hash, all within {@link HASH_LIMITS}. */
export type PasswordHash = BcryptHash | Argon2Hash | Pbkdf2Hash | ScryptHash;

/** OpenBSD's Base64 in its only valid form: the unused bits of the salt's and the key's last character are zero. */
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/;
const ARGON2 = /^\$(argon2id|argon2i|argon2d)\$(?:v=(?:16|19)\$)?m=(\d+),t=(\d+),p=(\d+)\$([^$]*)\$([^$]*)$/;
const PBKDF2 = /^\$pbkdf2-(sha1|sha256|sha512)\$i=(\d+),l=(\d+)\$([^$]*)\$([^$]*)$/;
const SCRYPT = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([^$]*)\$([^$]*)$/;

const FORMATS = {
  bcrypt: '$2b$<cost>$<salt and hash>',
  argon2: '$argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$<salt>$<hash>',
  pbkdf2: '$pbkdf2-sha256$i=<iterations>,l=<bytes>$<salt>$<hash>',
  scrypt: '$scrypt$ln=<log2 N>,r=<block size>,p=<lanes>$<salt>$<hash>',
} as const;

/**
 * Parses a password hash: a PHC string of Argon2, PBKDF2 or scrypt, or the format of bcrypt. Returns the fault of a hash that is malformed,
 * has an unknown algorithm, or costs more than {@link HASH_LIMITS} allow. A fault never contains any part of the hash.
 */
export function parsePasswordHash(text: string): PasswordHash | Fault {
  if (text.length > HASH_LIMITS.chars) return faultOf(`A password hash has at most ${HASH_LIMITS.chars} characters.`);
  if (/^\$2[a-z]?\$/.test(text)) return bcrypt(text);
  if (text.startsWith('$argon2')) return argon2(text);
  if (text.startsWith('$pbkdf2')) return pbkdf2(text);
  if (text.startsWith('$scrypt$')) return scrypt(text);
  return faultOf(`The algorithm of the password hash is unknown. Use one of: ${Object.values(FORMATS).join(', ')}.`);
}

function bcrypt(text: string): BcryptHash | Fault {
  const [, digits] = BCRYPT.exec(text) ?? [];
  if (digits === undefined) return codeFault('bcrypt', FORMATS.bcrypt);
  const cost = Number(digits);
  return within('The cost of bcrypt', cost, HASH_LIMITS.bcryptCost) ?? { algorithm: 'bcrypt', cost };
}

function argon2(text: string): Argon2Hash | Fault {
  const [, algorithm = '', ...rest] = ARGON2.exec(text) ?? [];
  const [memoryKib, passes, lanes] = numbersOf(rest.slice(0, 3));
  const derived = derivedOf(rest.slice(3), HASH_LIMITS.argon2SaltBytes);
  if (memoryKib === undefined || passes === undefined || lanes === undefined || derived === null)
    return codeFault('Argon2', FORMATS.argon2);
  if ('fault' in derived) return derived;
  const { argon2Kibibytes, argon2Passes, argon2Lanes } = HASH_LIMITS;
  return (
    within('The lanes of Argon2', lanes, { least: 1, most: argon2Lanes }) ??
    // RFC 9106 §3.1: at least 8 KiB for each lane.
    within('The memory of Argon2, in KiB,', memoryKib, { least: 8 * lanes, most: argon2Kibibytes }) ??
    within('The passes of Argon2', passes, { least: 1, most: argon2Passes }) ?? {
      algorithm: algorithm === 'argon2i' || algorithm === 'argon2d' ? algorithm : 'argon2id',
      memoryKib,
      passes,
      lanes,
    }
  );
}

function pbkdf2(text: string): Pbkdf2Hash | Fault {
  const [, digest, ...rest] = PBKDF2.exec(text) ?? [];
  const [iterations, length] = numbersOf(rest.slice(0, 2));
  const derived = derivedOf(rest.slice(2), HASH_LIMITS.saltBytes);
  if (iterations === undefined || length === undefined || derived === null) return codeFault('PBKDF2', FORMATS.pbkdf2);
  if ('fault' in derived) return derived;
  if (length !== derived.key.length)
    return faultOf('The parameter l of PBKDF2 is not the number of bytes in the hash.');
  return (
    within('The iterations of PBKDF2', iterations, { least: 1, most: HASH_LIMITS.pbkdf2Iterations }) ?? {
      algorithm: 'pbkdf2',
      digest: digest === 'sha1' || digest === 'sha512' ? digest : 'sha256',
      iterations,
      ...derived,
    }
  );
}

function scrypt(text: string): ScryptHash | Fault {
  const rest = SCRYPT.exec(text)?.slice(1) ?? [];
  const [logCost, blockSize, lanes] = numbersOf(rest.slice(0, 3));
  const derived = derivedOf(rest.slice(3), HASH_LIMITS.saltBytes);
  if (logCost === undefined || blockSize === undefined || lanes === undefined || derived === null)
    return codeFault('scrypt', FORMATS.scrypt);
  if ('fault' in derived) return derived;
  const { scryptBytes, scryptLanes, scryptBlockSize } = HASH_LIMITS;
  return (
    within('The lanes of scrypt', lanes, { least: 1, most: scryptLanes }) ??
    within('The block size of scrypt', blockSize, { least: 1, most: scryptBlockSize }) ??
    // RFC 7914 §2: N is greater than 1 and less than 2^(128 * r / 8).
    within('The parameter ln of scrypt', logCost, { least: 1, most: 16 * blockSize - 1 }) ??
    within('The memory of scrypt, in bytes,', 128 * 2 ** logCost * blockSize, { least: 1, most: scryptBytes }) ?? {
      algorithm: 'scrypt',
      logCost,
      blockSize,
      lanes,
      ...derived,
    }
  );
}

/** Returns the salt and the key; `null` if either is not valid Base64, or the fault of a length beyond the limits. */
function derivedOf(
  [saltText = '', keyText = '']: readonly string[],
  saltBytes: { readonly least: number; readonly most: number },
): Derived | Fault | null {
  const salt = phcBytes(saltText);
  const key = phcBytes(keyText);
  if (salt === null || key === null) return null;
  return (
    within('The salt of the password hash, in bytes,', salt.length, saltBytes) ??
    within('The hash itself, in bytes,', key.length, HASH_LIMITS.keyBytes) ?? { salt, key }
  );
}

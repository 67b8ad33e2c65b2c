import { createHash } from 'node:crypto';
import { keccak_256 } from '@noble/hashes/sha3.js';

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const VALUES = new Map([...BASE58].map((letter, value) => [letter, value]));

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/**
 * Returns true if the last four bytes are the Base58Check checksum of the 21 bytes before them (version and hash), as in Bitcoin addresses.
 */
export function isBase58Address(text: string): boolean {
  const bytes = decodeBase58(text);
  if (bytes?.length !== 25) return false;
  return sha256(sha256(bytes.subarray(0, 21)))
    .subarray(0, 4)
    .equals(bytes.subarray(21));
}

/** Returns the bytes of a short text, or `undefined` if a character is not in the alphabet. */
function decodeBase58(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  for (const letter of text) {
    let carry = VALUES.get(letter);
    if (carry === undefined) return undefined;
    for (let index = 0; index < bytes.length; index++) {
      carry += (bytes[index] ?? 0) * 58;
      bytes[index] = carry & 0xff;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 0xff);
  }
  const zeros = text.length - text.replace(/^1+/, '').length;
  return Uint8Array.from([...new Array<number>(zeros).fill(0), ...bytes.reverse()]);
}

const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;
/** The remainders of a valid checksum: 1 for Bech32 (BIP 173), the other remainder for Bech32m (BIP 350). */
const REMAINDERS = [1, 0x2bc830a3];

/** Returns true if the last six characters are the Bech32 or Bech32m checksum of the other characters. Mixed case is invalid. */
export function isBech32(text: string): boolean {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return false;
  const separator = lower.lastIndexOf('1');
  if (separator < 1 || separator + 7 > lower.length || lower.length > 90) return false;
  const prefix = [...lower.slice(0, separator)].map((letter) => letter.charCodeAt(0));
  const data = [...lower.slice(separator + 1)].map((letter) => BECH32.indexOf(letter));
  if (data.includes(-1)) return false;
  const values = [...prefix.map((code) => code >> 5), 0, ...prefix.map((code) => code & 31), ...data];
  return REMAINDERS.includes(values.reduce(addValue, 1) >>> 0);
}

function addValue(checksum: number, value: number): number {
  const top = checksum >>> 25;
  const shifted = ((checksum & 0x1ffffff) << 5) ^ value;
  return GENERATOR.reduce((sum, factor, bit) => ((top >> bit) & 1 ? sum ^ factor : sum), shifted);
}

/**
 * Returns true if the case of the letters in an Ethereum address is a valid checksum (EIP-55), or `null` for an address in a single case,
 * which has no checksum.
 * @param address `0x` followed by forty hexadecimal digits.
 */
export function eip55(address: string): boolean | null {
  const digits = address.slice(2);
  const lower = digits.toLowerCase();
  if (digits === lower || digits === digits.toUpperCase()) return null;
  const hash = Buffer.from(keccak_256(Buffer.from(lower, 'latin1'))).toString('hex');
  return [...lower].every((digit, index) => {
    const expected = Number.parseInt(hash.charAt(index), 16) > 7 ? digit.toUpperCase() : digit;
    return digits.charAt(index) === expected;
  });
}

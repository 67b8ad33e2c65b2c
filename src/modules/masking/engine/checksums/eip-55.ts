import { keccak_256 } from '@noble/hashes/sha3.js';

/**
 * Whether the case of the letters of an Ethereum address is its checksum (EIP-55). An address in one case has none.
 * @param address `0x` and forty hexadecimal digits.
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

import { Buffer } from 'buffer';
/** Returns the shortest unsigned big-endian encoding; for zero, one zero byte. */
export function bytesOf(value: bigint, size = 0): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return Buffer.from(even.padStart(size * 2, '0'), 'hex');
}

export const integerOfBytes = (bytes: Buffer): bigint =>
  bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`);

/** Returns `value⁻¹ mod modulus`; undefined if there is none. Takes microseconds for key-sized numbers. */
export function inverse(value: bigint, modulus: bigint): bigint | undefined {
  let [previous, current] = [modulus, ((value % modulus) + modulus) % modulus];
  let [previousFactor, factor] = [0n, 1n];
  while (current !== 0n) {
    const quotient = previous / current;
    [previous, current] = [current, previous - quotient * current];
    [previousFactor, factor] = [factor, previousFactor - quotient * factor];
  }
  return previous === 1n ? ((previousFactor % modulus) + modulus) % modulus : undefined;
}

import { type Cipheriv, createCipheriv } from 'node:crypto';

const ROUNDS = 10;
const BLOCK = 16;

/**
 * FF1 format-preserving encryption (NIST SP 800-38G §6.2, Algorithm 7).
 * @param key an AES key: 16, 24 or 32 bytes.
 * @param radix 2 to 65,536.
 * @param numerals at least two, each from 0 to `radix - 1`; `radix ** numerals.length` must be at least 1,000,000
 * (SP 800-38G Rev. 1), which the caller sees to.
 * @param tweak public; other tweaks give other permutations.
 * @returns as many numerals.
 */
export function ff1Encrypt(key: Buffer, radix: number, numerals: readonly number[], tweak: Buffer): number[] {
  const n = numerals.length;
  if (n < 2) throw new Error('FF1 needs two numerals at least.');
  const u = Math.floor(n / 2);
  const v = n - u;
  const moduli = [BigInt(radix) ** BigInt(u), BigInt(radix) ** BigInt(v)] as const;
  const sizeBytes = Math.ceil((moduli[1] - 1n).toString(2).length / 8);
  const roundBytes = 4 * Math.ceil(sizeBytes / 4) + 4;
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  // All blocks but those with the number of the round and what follows it are the same in each round.
  const zeros = (BLOCK - ((tweak.length + sizeBytes + 1) % BLOCK)) % BLOCK;
  const fixed = Buffer.concat([tweak, Buffer.alloc(zeros)]);
  const end = fixed.length - (fixed.length % BLOCK);
  const sum = mac(cipher, cipher.update(headerOf(radix, u, n, tweak.length)), fixed.subarray(0, end));
  const rest = fixed.subarray(end);
  let a = numberOf(numerals.slice(0, u), radix);
  let b = numberOf(numerals.slice(u), radix);
  for (let round = 0; round < ROUNDS; round += 1) {
    const y = roundValue({ cipher, sum, rest, round, b, sizeBytes, roundBytes });
    const c = (a + y) % moduli[round % 2 === 0 ? 0 : 1];
    a = b;
    b = c;
  }
  return [...numeralsOf(a, radix, u), ...numeralsOf(b, radix, v)];
}

/** Steps 6.i to 6.iv: the number that is added in one round. */
function roundValue(step: {
  readonly cipher: Cipheriv;
  /** What the blocks before `rest` come to. */
  readonly sum: Buffer;
  readonly rest: Buffer;
  readonly round: number;
  readonly b: bigint;
  readonly sizeBytes: number;
  readonly roundBytes: number;
}): bigint {
  const { cipher, roundBytes } = step;
  const r = mac(cipher, step.sum, Buffer.concat([step.rest, Buffer.of(step.round), bytesOf(step.b, step.sizeBytes)]));
  const blocks = [r];
  for (let index = 1; index * BLOCK < roundBytes; index += 1) {
    const counter = Buffer.alloc(BLOCK);
    counter.writeUInt32BE(index, BLOCK - 4);
    blocks.push(cipher.update(xor(counter, r)));
  }
  return bigOf(Buffer.concat(blocks).subarray(0, roundBytes));
}

/** Step 5, the block P. */
function headerOf(radix: number, u: number, n: number, tweakLength: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.set([1, 2, 1]);
  header.writeUIntBE(radix, 3, 3);
  header.set([ROUNDS, u & 0xff], 6);
  header.writeUInt32BE(n, 8);
  header.writeUInt32BE(tweakLength, 12);
  return header;
}

/** The function PRF (Algorithm 6): CBC-MAC, of which `sum` is what the blocks before gave. */
function mac(cipher: Cipheriv, sum: Buffer, blocks: Buffer): Buffer {
  let last = sum;
  for (let at = 0; at < blocks.length; at += BLOCK) last = cipher.update(xor(blocks.subarray(at, at + BLOCK), last));
  return last;
}

function xor(one: Buffer, two: Buffer): Buffer {
  const sum = Buffer.alloc(BLOCK);
  for (let at = 0; at < BLOCK; at += 1) sum.writeUInt8(one.readUInt8(at) ^ two.readUInt8(at), at);
  return sum;
}

function numberOf(numerals: readonly number[], radix: number): bigint {
  const base = BigInt(radix);
  return numerals.reduce((sum, numeral) => sum * base + BigInt(numeral), 0n);
}

function numeralsOf(value: bigint, radix: number, length: number): number[] {
  const base = BigInt(radix);
  const numerals = new Array<number>(length).fill(0);
  for (let at = length - 1, rest = value; at >= 0; at -= 1, rest /= base) numerals[at] = Number(rest % base);
  return numerals;
}

function bytesOf(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');
}

function bigOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

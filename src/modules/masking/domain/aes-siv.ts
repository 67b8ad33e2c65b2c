import { createCipheriv, timingSafeEqual } from 'node:crypto';

const BLOCK = 16;
const ZERO = Buffer.alloc(BLOCK);

/**
 * AES-SIV (RFC 5297): authenticated encryption that is deterministic, so that the same plaintext under the same key and
 * additional data gives the same bytes, and tells nothing else.
 */
export class AesSiv {
  private readonly macKey: Buffer;
  private readonly cipherKey: Buffer;
  /** The two keys that AES-CMAC derives (RFC 4493 §2.3). */
  private readonly subkeys: readonly [Buffer, Buffer];
  /** What the additional data comes to; only the plaintext is to be added. */
  private readonly start: Buffer;

  /**
   * @param key two AES keys of one size, one after the other: 32, 48 or 64 bytes.
   * @param additionalData what every value belongs to; it is not in the sealed bytes.
   */
  constructor(key: Buffer, additionalData: readonly Buffer[]) {
    if (![32, 48, 64].includes(key.length)) throw new Error('An AES-SIV key has 32, 48 or 64 bytes.');
    this.macKey = key.subarray(0, key.length / 2);
    this.cipherKey = key.subarray(key.length / 2);
    const first = double(this.cbc(ZERO));
    this.subkeys = [first, double(first)];
    this.start = additionalData.reduce((sum, data) => xor(double(sum), this.cmac(data)), this.cmac(ZERO));
  }

  /** @returns the synthetic IV (16 bytes) and the ciphertext, as long as the plaintext. */
  seal(plaintext: Buffer): Buffer {
    const iv = this.s2v(plaintext);
    return Buffer.concat([iv, this.counterMode(iv, plaintext)]);
  }

  /** The plaintext; `null` when the bytes, the key or the additional data are others than those of {@link seal}. */
  open(sealed: Buffer): Buffer | null {
    if (sealed.length < BLOCK) return null;
    const iv = sealed.subarray(0, BLOCK);
    const plaintext = this.counterMode(iv, sealed.subarray(BLOCK));
    // Constant time: how much of a forged value is right must not be told.
    return timingSafeEqual(this.s2v(plaintext), iv) ? plaintext : null;
  }

  /** RFC 5297 §2.4. */
  private s2v(plaintext: Buffer): Buffer {
    if (plaintext.length < BLOCK) return this.cmac(xor(double(this.start), padded(plaintext)));
    const end = plaintext.length - BLOCK;
    return this.cmac(Buffer.concat([plaintext.subarray(0, end), xor(plaintext.subarray(end), this.start)]));
  }

  /** RFC 5297 §2.5: two bits of the counter are cleared, so that it never carries over a word. */
  private counterMode(iv: Buffer, text: Buffer): Buffer {
    const counter = Buffer.from(iv);
    counter.writeUInt8(counter.readUInt8(8) & 0x7f, 8);
    counter.writeUInt8(counter.readUInt8(12) & 0x7f, 12);
    return createCipheriv(`aes-${this.cipherKey.length * 8}-ctr`, this.cipherKey, counter).update(text);
  }

  /** AES-CMAC (RFC 4493 §2.4), as the last block of CBC over the message whose own last block is masked. */
  private cmac(message: Buffer): Buffer {
    const whole = message.length > 0 && message.length % BLOCK === 0;
    const end = whole ? message.length - BLOCK : message.length - (message.length % BLOCK);
    const rest = message.subarray(end);
    const last = whole ? xor(rest, this.subkeys[0]) : xor(padded(rest), this.subkeys[1]);
    return this.cbc(end === 0 ? last : Buffer.concat([message.subarray(0, end), last])).subarray(-BLOCK);
  }

  private cbc(blocks: Buffer): Buffer {
    const cipher = createCipheriv(`aes-${this.macKey.length * 8}-cbc`, this.macKey, ZERO);
    return cipher.setAutoPadding(false).update(blocks);
  }
}

/** Multiplication by two in GF(2^128) (RFC 4493 §2.3). */
function double(block: Buffer): Buffer {
  const doubled = Buffer.alloc(BLOCK);
  let carried = 0;
  for (let at = BLOCK - 1; at >= 0; at -= 1) {
    const byte = block.readUInt8(at);
    doubled.writeUInt8(((byte << 1) & 0xff) | carried, at);
    carried = byte >> 7;
  }
  if (carried === 1) doubled.writeUInt8(doubled.readUInt8(BLOCK - 1) ^ 0x87, BLOCK - 1);
  return doubled;
}

function xor(one: Buffer, two: Buffer): Buffer {
  const sum = Buffer.alloc(BLOCK);
  for (let at = 0; at < BLOCK; at += 1) sum.writeUInt8(one.readUInt8(at) ^ two.readUInt8(at), at);
  return sum;
}

/** Less than a block, with a one bit and zeros after it. */
function padded(part: Buffer): Buffer {
  const block = Buffer.alloc(BLOCK);
  part.copy(block);
  block.writeUInt8(0x80, part.length);
  return block;
}

import { Buffer } from 'buffer';
import { fail } from './fail.js';

/** The DER tags in certificates and keys (X.690), each as its encoded byte. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

export const contextTag = (number: number): number => 0x80 | number;
export const constructedContextTag = (number: number): number => 0xa0 | number;

/**
 * The size of the largest integer: an RSA modulus of 16384 bits with its sign byte. Larger integers would make arithmetic and printing
 * slow.
 */
const MAX_INTEGER_BYTES = 2_049;
const MAX_LENGTH_BYTES = 4;
const MAX_OID_ARC = 0x7fff_ffff;
const HIGH_TAG_NUMBER = 0x1f;

export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** Includes tag and length. */
  readonly full: Buffer;
}

export type Oid = readonly number[];

export interface BitString {
  readonly bytes: Buffer;
  readonly unusedBits: number;
}

/**
 * Reads DER from front to back, one level at a time. It never recurses, so the caller's format determines the depth. It is as strict as
 * Go's `cryptobyte`: lengths and integers must have their shortest encoding, and tag numbers must be below 31. Each method throws the
 * `fault` message if the bytes do not match.
 */
export class DerReader {
  private position = 0;

  constructor(private readonly bytes: Buffer) {}

  get isEmpty(): boolean {
    return this.position >= this.bytes.length;
  }

  nextIs(tag: number): boolean {
    return this.bytes[this.position] === tag;
  }

  readAny(fault: string): DerElement {
    const start = this.position;
    const tag = this.bytes[start];
    const short = this.bytes[start + 1];
    if (tag === undefined || short === undefined || (tag & HIGH_TAG_NUMBER) === HIGH_TAG_NUMBER) {
      return fail(fault);
    }
    let length = short;
    let contentStart = start + 2;
    if (short >= 0x80) {
      const count = short & 0x7f;
      contentStart += count;
      if (count === 0 || count > MAX_LENGTH_BYTES || contentStart > this.bytes.length) {
        return fail(fault);
      }
      length = this.bytes.readUIntBE(start + 2, count);
      const couldBeShorter = length < 0x80 || (count > 1 && length < 2 ** (8 * (count - 1)));
      if (couldBeShorter) {
        return fail(fault);
      }
    }
    const end = contentStart + length;
    if (end > this.bytes.length) {
      return fail(fault);
    }
    this.position = end;
    return { tag, content: this.bytes.subarray(contentStart, end), full: this.bytes.subarray(start, end) };
  }

  readElement(tag: number, fault: string): DerElement {
    return this.nextIs(tag) ? this.readAny(fault) : fail(fault);
  }

  readBytes(tag: number, fault: string): Buffer {
    return this.readElement(tag, fault).content;
  }

  /** Returns the content of the next element, which must have this tag. */
  read(tag: number, fault: string): DerReader {
    return new DerReader(this.readBytes(tag, fault));
  }

  readOptional(tag: number, fault: string): DerReader | undefined {
    return this.nextIs(tag) ? this.read(tag, fault) : undefined;
  }

  readBoolean(fault: string): boolean {
    const content = this.readBytes(TAG.boolean, fault);
    if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) {
      return fail(fault);
    }
    return content[0] === 0xff;
  }

  readInteger(fault: string, tag: number = TAG.integer): bigint {
    return integerOf(this.readBytes(tag, fault), fault);
  }

  /** Reads an integer that a JavaScript number represents exactly. */
  readSmallInteger(fault: string, tag: number = TAG.integer): number {
    const integer = Number(this.readInteger(fault, tag));
    return Number.isSafeInteger(integer) ? integer : fail(fault);
  }

  readOid(fault: string): Oid {
    return oidOf(this.readBytes(TAG.oid, fault), fault);
  }

  readBitString(fault: string): BitString {
    const content = this.readBytes(TAG.bitString, fault);
    const unusedBits = content[0];
    if (unusedBits === undefined || unusedBits > 7 || (content.length === 1 && unusedBits > 0)) {
      return fail(fault);
    }
    if (content.length > 1 && ((content.at(-1) ?? 0) & ((1 << unusedBits) - 1)) !== 0) {
      return fail(fault);
    }
    return { bytes: content.subarray(1), unusedBits };
  }
}

export function integerOf(content: Buffer, fault: string): bigint {
  const first = content[0];
  if (first === undefined || content.length > MAX_INTEGER_BYTES) {
    return fail(fault);
  }
  const second = content[1];
  const couldBeShorter = second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (couldBeShorter) {
    return fail(fault);
  }
  const unsigned = BigInt(`0x${content.toString('hex')}`);
  return BigInt.asIntN(content.length * 8, unsigned);
}

export function oidOf(content: Buffer, fault: string): Oid {
  const arcs: number[] = [];
  let arc = 0;
  let isStart = true;
  for (const byte of content) {
    if (isStart && byte === 0x80) {
      return fail(fault);
    }
    arc = arc * 0x80 + (byte & 0x7f);
    if (arc > MAX_OID_ARC) {
      return fail(fault);
    }
    isStart = byte < 0x80;
    if (isStart) {
      pushArc(arcs, arc);
      arc = 0;
    }
  }
  return arcs.length === 0 || !isStart ? fail(fault) : arcs;
}

function pushArc(arcs: number[], arc: number): void {
  if (arcs.length > 0) {
    arcs.push(arc);
    return;
  }
  // X.690 8.19.4: the first two arcs are encoded in one number.
  const root = Math.min(Math.floor(arc / 40), 2);
  arcs.push(root, arc - root * 40);
}

export const oidText = (oid: Oid): string => oid.join('.');

/** Returns the bits as the bytes of a number, shifted right to drop the unused bits (Go `asn1.BitString.RightAlign`). */
export function rightAlign(bits: BitString): Buffer {
  if (bits.unusedBits === 0) {
    return bits.bytes;
  }
  const shifted = Buffer.alloc(bits.bytes.length);
  let carried = 0;
  for (const [index, byte] of bits.bytes.entries()) {
    shifted[index] = carried | (byte >> bits.unusedBits);
    carried = (byte << (8 - bits.unusedBits)) & 0xff;
  }
  return shifted;
}

/** One field of a protobuf message, as encoded. */
export interface WireField {
  readonly number: number;
  /** The wire type: 0 is a varint, 1 is eight bytes, 2 is a length followed by that many bytes, 5 is four bytes. proto3 has no groups. */
  readonly wireType: number;
  /** Start and end of the field's value, after the tag and the length. */
  readonly from: number;
  readonly to: number;
}

/** A field to write, with its value. */
export interface WrittenField {
  readonly number: number;
  readonly wireType: number;
  readonly value: Uint8Array;
}

const DELIMITED = 2;
const MAX_FIELD_NUMBER = 2 ** 29 - 1;
const MAX_VARINT_BYTES = 10;
/** Far more than any request in the contract has. A field takes at least two bytes on the wire, but about a hundred bytes in memory. */
const MAX_FIELDS = 100_000;

/**
 * Returns the fields of a message in order, without decoding their values.
 * @returns `null` if the bytes are not a proto3 message, or contain more than 100,000 fields.
 */
export function wireFields(bytes: Uint8Array): WireField[] | null {
  const fields: WireField[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tagEnd = varintEnd(bytes, at);
    const tag = varint(bytes, at, tagEnd);
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (!(number >= 1 && number <= MAX_FIELD_NUMBER)) return null;
    let from = tagEnd;
    let to: number;
    switch (wireType) {
      case 0:
        to = varintEnd(bytes, from);
        break;
      case 1:
        to = from + 8;
        break;
      case DELIMITED:
        from = varintEnd(bytes, tagEnd);
        to = from + varint(bytes, tagEnd, from);
        break;
      case 5:
        to = from + 4;
        break;
      default:
        return null;
    }
    if (!(to <= bytes.length) || fields.length === MAX_FIELDS) return null;
    fields.push({ number, wireType, from, to });
    at = to;
  }
  return fields;
}

/** Encodes a message with these fields, in this order. */
export function writeFields(fields: readonly WrittenField[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const { number, wireType, value } of fields) {
    parts.push(writeVarint(number * 8 + wireType));
    if (wireType === DELIMITED) parts.push(writeVarint(value.length));
    parts.push(value);
  }
  return Buffer.concat(parts);
}

/** Returns a field with a string or an encoded message. */
export function delimited(number: number, value: Uint8Array | string): WrittenField {
  return { number, wireType: DELIMITED, value: typeof value === 'string' ? Buffer.from(value) : value };
}

/** Returns the position after a varint; NaN if the varint is not terminated. */
function varintEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at < from + MAX_VARINT_BYTES; at++) {
    const byte = bytes[at];
    if (byte === undefined) break;
    if (byte < 0x80) return at + 1;
  }
  return Number.NaN;
}

/** Returns the value of a varint; inexact beyond 2^53, which no tag or length reaches. */
function varint(bytes: Uint8Array, from: number, to: number): number {
  if (Number.isNaN(to)) return Number.NaN;
  let value = 0;
  for (let at = to - 1; at >= from; at--) value = value * 128 + ((bytes[at] ?? 0) & 0x7f);
  return value;
}

function writeVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 0x80);
  return Uint8Array.from([...bytes, rest]);
}

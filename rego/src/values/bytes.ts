import { Buffer } from 'buffer';
import { chargeVisits } from './depth.js';

/*
 * Go's strings can contain any bytes, whereas JavaScript's strings contain UTF-16. A byte that is not part of valid UTF-8 (from
 * `base64.decode` or `hex.decode`) is stored as the lone surrogate U+DC00 + byte (128–255), so that it survives conversion by
 * `base64.encode` or `crypto.hmac.sha256`. JSON and printing show U+FFFD.
 */
const BYTE_SURROGATE = 0xdc00;

const MAX_BYTES_PER_UNIT = 3;
/** The cost of loops over bytes is charged in portions. */
const UNITS_BETWEEN_CHARGES = 4_096;
const VISITS_PER_CHARGE = 256;

/** Returns the string of these bytes, like Go's `string(bytes)`. */
export function stringFromBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return text.includes('\ufffd') ? decodeKeepingBytes(bytes) : text;
}

/** Returns the bytes of a string, like Go's `[]byte(text)`. */
export function bytesOfString(text: string): Buffer {
  return text.isWellFormed() ? Buffer.from(text, 'utf8') : encodeKeepingBytes(text);
}

/** Returns the length of the string in UTF-8 bytes, like Go's `len`. */
export function utf8Length(text: string): number {
  return text.isWellFormed() ? Buffer.byteLength(text, 'utf8') : encodeKeepingBytes(text).length;
}

function decodeKeepingBytes(bytes: Uint8Array): string {
  const units = new Uint16Array(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length;) {
    if (length % UNITS_BETWEEN_CHARGES === 0) {
      chargeVisits(VISITS_PER_CHARGE);
    }
    const size = sequenceLength(bytes, i);
    if (size === 0) {
      units[length++] = BYTE_SURROGATE + (bytes[i] ?? 0);
      i++;
      continue;
    }
    const code = codePointAt(bytes, i, size);
    if (code > 0xffff) {
      units[length++] = 0xd800 + ((code - 0x10000) >> 10);
      units[length++] = 0xdc00 + ((code - 0x10000) & 0x3ff);
    } else {
      units[length++] = code;
    }
    i += size;
  }
  return Buffer.from(units.buffer, 0, 2 * length).toString('utf16le');
}

function codePointAt(bytes: Uint8Array, at: number, size: number): number {
  const lead = bytes[at] ?? 0;
  let code = size === 1 ? lead : lead & (0xff >> (size + 1));
  for (let i = at + 1; i < at + size; i++) {
    code = (code << 6) | ((bytes[i] ?? 0) & 0x3f);
  }
  return code;
}

/** Returns the length in bytes of the valid UTF-8 sequence that starts here, or 0 (Unicode standard, table 3-7). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const size = sizeByLead(lead);
  if (size < 2 || at + size > bytes.length) {
    return size === 1 ? 1 : 0;
  }
  const second = bytes[at + 1] ?? 0;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) {
    return 0;
  }
  for (let i = at + 2; i < at + size; i++) {
    if (((bytes[i] ?? 0) & 0xc0) !== 0x80) {
      return 0;
    }
  }
  return size;
}

/** Returns the length in bytes of a sequence that starts with this byte; 0 for a byte that does not start a sequence. */
function sizeByLead(lead: number): number {
  if (lead < 0x80) {
    return 1;
  }
  if (lead < 0xc2 || lead > 0xf4) {
    return 0;
  }
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

function encodeKeepingBytes(text: string): Buffer {
  const output = Buffer.allocUnsafe(MAX_BYTES_PER_UNIT * text.length);
  let size = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (i % UNITS_BETWEEN_CHARGES === 0) {
      chargeVisits(VISITS_PER_CHARGE);
    }
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      i++;
    } else if (unit >= BYTE_SURROGATE + 0x80 && unit <= BYTE_SURROGATE + 0xff) {
      if (start < i) {
        size += output.write(text.slice(start, i), size, 'utf8');
      }
      output[size++] = unit - BYTE_SURROGATE;
      start = i + 1;
    }
  }
  size += output.write(text.slice(start), size, 'utf8');
  return output.subarray(0, size);
}
